import { beforeAll, expect, it } from "vitest";
import { type DocumentedCall, nameOf } from "../call.ts";
import { githubDocument } from "../github/index.ts";
import { contracts } from "../index.ts";
import { neonDocument } from "../neon/document.ts";
import type { Schema } from "../strict.ts";
import type { Fields } from "./facts.ts";
import { treeOf, type Place } from "./field-tree.ts";
import { facts } from "./index.ts";

/*
 * The program reads Neon and GitHub by the vendors' clients, whose types are the vendors' documents: a field that those call
 * required and that was seen missing or null would be read without a look. Reads of Fly and Vercel: tests/clients.
 */

type Typed = "neon" | "github";

beforeAll(() => Promise.all([neonDocument.prepare(), githubDocument.prepare()]));

function schemaOf(cloud: Typed, call: DocumentedCall, status: number): Schema | undefined {
  if (cloud === "github")
    return githubDocument.read().operations[call.operation]?.answers[String(status)] ?? undefined;
  const path = neonDocument.read().paths?.[call.template] as Readonly<Record<string, unknown>> | undefined;
  const operation = path?.[call.method.toLowerCase()] as {
    responses: Readonly<Record<string, { content: Readonly<Record<string, { schema: Schema }>> }>>;
  };
  return operation.responses[status]?.content["application/json"]?.schema;
}

/** Where the document promises more than what was seen holds. */
function brokenPromises(cloud: Typed, call: string, status: number, fields: Fields): readonly string[] {
  const documented = contracts[cloud].calls.find((each) => nameOf(each) === call);
  const schema = documented && schemaOf(cloud, documented, status);
  const definitions = cloud === "github" ? githubDocument.read().definitions : {};
  /** The forms that a value may have, with references followed. */
  const forms = (from: Schema | undefined): readonly Schema[] => {
    if (from?.$ref !== undefined) return forms(definitions[from.$ref.replace("#/definitions/", "")]);
    const union = from?.anyOf ?? from?.oneOf;
    return union ? union.flatMap(forms) : from ? [from] : [];
  };
  const mayBeNull = (from: Schema): boolean =>
    from.nullable === true ||
    forms(from).some(
      (form) =>
        form.nullable === true ||
        [form.type].flat().includes("null") ||
        form.enum?.includes(null) === true ||
        Object.keys(form).length === 0,
    );

  const below = (place: Place, schemas: readonly Schema[], path: string): string[] => [
    ...[...place.fields].flatMap(([name, seen]) => {
      const known = schemas.flatMap(({ properties }) => properties?.[name] ?? []);
      if (known.length === 0) return [];
      const at = `${call}: ${path}${name}`;
      const isRequired = schemas.every(({ required = [] }) => required.includes(name));
      return [
        ...(isRequired && seen.isOptional && seen.types.size > 0 ? [`${at} was seen missing`] : []),
        ...(seen.types.has("null") && !known.some(mayBeNull) ? [`${at} was seen as null`] : []),
        ...below(seen, known.flatMap(forms), `${path}${name}.`),
      ];
    }),
    ...(place.items
      ? below(
          place.items,
          schemas.flatMap(({ items }) => forms(items === false ? undefined : items)),
          `${path.replace(/\.$/, "")}[].`,
        )
      : []),
  ];
  return below(treeOf(fields), forms(schema), "");
}

it.each(["neon", "github"] as const)("promises no field of %s that was seen missing or null", (cloud) => {
  const all = facts[cloud].answers;
  expect(all.flatMap(({ call, status, fields }) => brokenPromises(cloud, call, status, fields))).toEqual([]);
});

it("finds a promise that does not hold", () => {
  const runs = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const seen = { "check_runs[].name?": "string", "check_runs[].head_sha": "string | null" };
  expect(brokenPromises("github", runs, 200, seen)).toEqual([
    `${runs}: check_runs[].name was seen missing`,
    `${runs}: check_runs[].head_sha was seen as null`,
  ]);
  expect(brokenPromises("neon", "GET /projects", 200, { "projects[].id?": "string" })).toEqual([
    "GET /projects: projects[].id was seen missing",
  ]);
});

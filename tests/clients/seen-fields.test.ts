import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { contracts } from "../../sandbox/contract/index.ts";
import { nameOf } from "../../sandbox/contract/call.ts";
import { vercelDocument } from "../../sandbox/contract/vercel/document.ts";
import type { Schema } from "../../sandbox/contract/strict.ts";
import { treeOf, type Place } from "../../sandbox/contract/seen/field-tree.ts";
import { facts } from "../../sandbox/contract/seen/index.ts";
import { declaredReads, type Read } from "./declared-reads.ts";

/*
 * What our clients read of answers, against what the real clouds were seen to answer (sandbox/contract/seen). The clients of
 * Neon and GitHub have no schemas of ours: they are typed by the vendors' documents.
 */

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, "..", "..", file), "utf8");

beforeAll(() => vercelDocument.prepare());

/** What is wrong with reading these fields of a call's answers. */
function faultsOf(cloud: "fly" | "vercel", call: string, reads: readonly Read[], below = ""): string[] {
  const found = facts[cloud].answers.filter((answer) => answer.call === call);
  if (found.length === 0) return [`${call} is read, and sandbox/contract/seen has nothing of it`];
  const tree = treeOf(Object.fromEntries(found.flatMap(({ fields }) => Object.entries(fields))));
  return reads.flatMap(({ path, isRequired, mayBeNull }) => {
    const place = placeAt(tree, below + path);
    if (!place)
      return isDocumented(cloud, call, path) ? [] : [`${call}: ${path} is read, and was never seen`];
    return [
      // A query has the fields that it chose.
      ...(isRequired && place.isOptional && call !== "POST /graphql"
        ? [`${call}: ${path} is required, and was seen missing`]
        : []),
      ...(!mayBeNull && place.types.has("null") ? [`${call}: ${path} was seen as null`] : []),
    ];
  });
}

/** Whether Vercel's document has the field, which is read from the package of its client; Fly has none. */
function isDocumented(cloud: "fly" | "vercel", call: string, path: string): boolean {
  const operation = contracts.vercel.calls.find((each) => nameOf(each) === call)?.operation;
  if (cloud !== "vercel" || operation === undefined) return false;
  const { operations, definitions } = vercelDocument.read();
  const has = (schema: Schema | undefined, words: readonly string[]): boolean => {
    if (schema?.$ref !== undefined) return has(definitions[schema.$ref.replace("#/definitions/", "")], words);
    const forms = schema?.anyOf ?? schema?.oneOf;
    if (forms) return forms.some((form) => has(form, words));
    const [first, ...rest] = words;
    if (first === undefined) return schema !== undefined;
    if (first === "[]") return schema?.items !== false && has(schema?.items, rest);
    return has(schema?.properties?.[first], rest);
  };
  const words = path.replaceAll("[]", ".[]").split(".");
  return Object.entries(operations[operation]?.answers ?? {}).some(
    ([status, schema]) => status.startsWith("2") && has(schema ?? undefined, words),
  );
}

function placeAt(tree: Place, path: string): Place | undefined {
  const words = path.replaceAll("[]", ".[]").replace(/^\./, "").split(".");
  return words.reduce<Place | undefined>(
    (place, word) => (word === "[]" ? place?.items : place?.fields.get(word)),
    tree,
  );
}

it("reads of Vercel's answers what was seen, and requires nothing that was seen missing or null", () => {
  const text = textOf("infra/vercel/client.ts");
  const readsOf = declaredReads(text);
  // `(module) => module.aliasesGetAlias, answers.alias`
  const used = [...text.matchAll(/module\.(\w+),\s*answers\.(\w+)/g)].map(
    ([, operation = "", answer = ""]) => ({
      answer,
      call: contracts.vercel.calls.find((each) => each.operation === operation),
    }),
  );
  expect(used.length).toBeGreaterThan(10);
  const faults = used
    .filter(({ answer }) => answer !== "nothing")
    .flatMap(({ call, answer }) => faultsOf("vercel", call ? nameOf(call) : "?", readsOf(answer)));
  expect([
    ...faults,
    ...faultsOf("vercel", "POST /v13/deployments", readsOf("created")),
    ...faultsOf("vercel", "GET /v13/deployments/{idOrUrl}", readsOf("withMeta")),
  ]).toEqual([]);
});

const machines = "/v1/apps/{app_name}/machines";

it.each([
  ["infra/fly/client.ts", "Machine", `GET ${machines}`, "[]."],
  ["infra/fly/client.ts", "Machine", `POST ${machines}`, ""],
  ["infra/fly/client.ts", "Machine", `GET ${machines}/{machine_id}`, ""],
  ["infra/fly/client.ts", "SecretDigest", "GET /v1/apps/{app_name}/secrets", "secrets[]."],
  ["infra/fly/registry.ts", "Answer", "POST /graphql", ""],
  ["infra/preview/on-fly.ts", "Apps", "GET /v1/apps", ""],
])("reads of Fly's answers what was seen: %s, %s of %s", (file, name, call, below) => {
  expect(faultsOf("fly", call, declaredReads(textOf(file))(name), below)).toEqual([]);
});

it("finds a field that a client requires and that was seen missing or null, or never", () => {
  const readsOf = declaredReads(`
    const item = z.object({ uid: z.string(), deploymentId: z.string() });
    const answers = { aliases: z.object({ aliases: z.array(item), pagination: z.object({ next: z.number() }) }) };
    interface Machine { readonly image_ref: { readonly tag: string; readonly size?: number } | null }
  `);
  expect(faultsOf("vercel", "GET /v4/aliases", readsOf("aliases"))).toEqual([
    "GET /v4/aliases: aliases[].deploymentId is required, and was seen missing",
    "GET /v4/aliases: aliases[].deploymentId was seen as null",
    "GET /v4/aliases: pagination.next was seen as null",
  ]);
  expect(faultsOf("fly", `POST ${machines}`, readsOf("Machine"))).toEqual([
    `POST ${machines}: image_ref.tag is required, and was seen missing`,
    `POST ${machines}: image_ref.size is read, and was never seen`,
  ]);
});

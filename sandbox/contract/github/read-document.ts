import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxsOwn } from "../call.ts";
import type { Answers, SchemaDocument } from "../schema-check.ts";
import type { Schema } from "../strict.ts";
import { calls } from "./calls.ts";
import { openFromTypes, type FromTypes } from "./from-types.ts";
import { namedMembers, openTypesFile, type TypesFile } from "./types-file.ts";

const refusalName = "schemas/basic-error";

/** The answers and bodies of the emulator's calls in Octokit's types, whose package lies in `folder`. */
export function readDocument(folder: string): SchemaDocument {
  const file = openTypesFile(readFileSync(join(folder, "types.d.ts"), "utf8"));
  const types = openFromTypes(file);
  // GitHub refuses in one form, of which the document calls every field optional, and has few of the calls' refusals.
  const basicError = types.convert(need(file.at("components", "schemas", "basic-error"), "basic-error"));
  const refusal = withAdditions(refusalName, { ...basicError, required: ["message", "documentation_url"] });
  const operations: Record<string, { answers: Answers; request?: Schema }> = {};
  for (const { method, template, operation, ...call } of calls) {
    if (call.document === sandboxsOwn) continue;
    const at = file.at("paths", template, method.toLowerCase());
    const found = at && file.namesOf(at).at(1);
    if (found !== operation)
      throw new Error(
        `GitHub's document has ${found ?? "no operation"} at ${method} ${template}. Correct it in sandbox/contract/github/calls.ts.`,
      );
    const body = file.at("operations", operation, "requestBody", "content", "application/json");
    operations[operation] = {
      answers: { "4XX": refusal, "5XX": refusal, ...answersOf(file, types, operation) },
      ...(body ? { request: withAdditions(operation, types.convert(body)) } : {}),
    };
  }
  const all = Object.entries<Schema>({ ...types.definitions, [refusalName]: refusal });
  return {
    operations,
    definitions: Object.fromEntries(all.map(([name, schema]) => [name, withAdditions(name, schema)])),
  };
}

function answersOf(file: TypesFile, types: FromTypes, operation: string): Answers {
  const answers: Record<string, Schema | null> = {};
  const responses = need(file.literalAt("operations", operation, "responses"), `answers of ${operation}`);
  for (const status of namedMembers(responses.members).keys()) {
    const content = file.literalAt("operations", operation, "responses", status, "content");
    const forms = content ? [...namedMembers(content.members)] : [];
    const json = forms.filter(([type]) => /json$/.test(type)).map(([, { type }]) => types.convert(type));
    const [only] = json;
    if (json.length > 0 || Number(status) < 400)
      answers[status] = json.length > 1 ? { anyOf: json } : (only ?? null);
  }
  return answers;
}

/**
 * Fields that GitHub has and its document lacks, by schema and by operation whose body has them. That one is read and
 * written by google/go-github, github/repos_environments.go.
 */
const beyondDocument: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  // https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
  [refusalName]: { errors: { type: "array" } },
  // Every refusal of GitHub's has its status as a text; the document has it at `basic-error` only.
  "schemas/validation-error": { status: { type: "string" } },
  "schemas/validation-error-simple": { status: { type: "string" } },
  "schemas/environment": { can_admins_bypass: { type: "boolean" } },
  "repos/create-or-update-environment": { can_admins_bypass: { type: ["boolean", "null"] } },
};

function withAdditions(name: string, schema: Schema): Schema {
  const fields = beyondDocument[name];
  if (!fields) return schema;
  if (schema.anyOf) return { anyOf: schema.anyOf.map((form) => withAdditions(name, form)) };
  return schema.properties ? { ...schema, properties: { ...schema.properties, ...fields } } : schema;
}

function need<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`Internal error: @octokit/openapi-types has no ${what}`);
  return value;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { Document } from "openapi-backend";
import { openCache, packageOf } from "../cache.ts";
import { toStrict, type Schema } from "../strict.ts";
import { calls } from "./calls.ts";

type Node = Readonly<Record<string, unknown>>;

const source = packageOf("@neondatabase/api-client");

/** The part of Neon's document that has the emulator's calls, its answers strict. */
export const neonDocument = openCache<Document>(
  "neon",
  source.version,
  ["document.ts", "calls.ts", "../strict.ts"].map((file) => join(import.meta.dirname, file)),
  () => partOf(load(readFileSync(join(source.folder, "public-v2-for-users.gen.yaml"), "utf8")) as Node),
);

function partOf(whole: Node): Document {
  const resolve = (value: unknown): Node => {
    const reference = (value as { $ref?: string }).$ref;
    if (reference === undefined) return value as Node;
    return resolve(
      reference
        .split("/")
        .slice(1)
        .reduce<unknown>((node, key) => (node as Node)[key], whole),
    );
  };
  const strict = (schema: unknown): Schema =>
    toStrict(schema as Schema, (reference) => resolve({ $ref: reference }));

  /** A parameter, a body or an answer, with every schema in it strict. */
  const withStrictSchemas = (value: unknown): Node => {
    const { schema, content, name, in: place, required, explode, style } = resolve(value);
    const media = Object.entries((content ?? {}) as Record<string, Node>);
    return {
      ...{ name, in: place, required, explode, style },
      ...(schema === undefined ? {} : { schema: strict(schema) }),
      content: Object.fromEntries(media.map(([type, each]) => [type, { schema: strict(each["schema"]) }])),
    };
  };

  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, template, operation } of calls) {
    const path = (whole["paths"] as Record<string, Node>)[template];
    const found = path?.[method.toLowerCase()] as Node | undefined;
    if (!path || found?.["operationId"] !== operation)
      throw new Error(
        `Neon's document has no ${operation} at ${method} ${template}. Correct it in sandbox/contract/neon/calls.ts.`,
      );
    const parameters = [path["parameters"] ?? [], found["parameters"] ?? []].flat();
    const body = found["requestBody"];
    (paths[template] ??= {})[method.toLowerCase()] = {
      operationId: operation,
      parameters: parameters.map((each) => {
        const { content: _, ...parameter } = withStrictSchemas(each);
        return parameter;
      }),
      ...(body === undefined ? {} : { requestBody: withStrictSchemas(body) }),
      responses: Object.fromEntries(
        Object.entries(found["responses"] as Node).map(([status, each]) => [
          status,
          { description: "", ...withStrictSchemas(each) },
        ]),
      ),
    };
  }
  return { openapi: "3.0.3", info: { title: "Neon", version: "v2" }, paths };
}

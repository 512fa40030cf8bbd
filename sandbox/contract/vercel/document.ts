import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { openCache, packageOf } from "../cache.ts";
import type { Answers, SchemaDocument } from "../schema-check.ts";
import type { Schema } from "../strict.ts";
import { calls, cli } from "./calls.ts";
import { openFromZod, type ZodSchema } from "./from-zod.ts";

const source = packageOf("@vercel/sdk");

/** The form of every refusal: https://vercel.com/docs/rest-api/reference/errors. Single ones have more fields. */
export const refusal: Schema = {
  type: "object",
  required: ["error"],
  additionalProperties: false,
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" } },
    },
  },
};

/** The answers that the SDK's functions for the emulator's calls read, made strict. */
export const vercelDocument = openCache<SchemaDocument>(
  "vercel",
  source.version,
  ["document.ts", "calls.ts", "from-zod.ts"].map((file) => join(import.meta.dirname, file)),
  async () => {
    const reader = openFromZod();
    const operations: Record<string, { answers: Answers }> = {};
    for (const { method, template, operation, document } of calls) {
      if (document === cli) continue;
      const file = join(source.folder, "esm", "funcs", `${operation}.js`);
      const text = readFileSync(file, "utf8");
      const path = /pathToFunc\("([^"]+)"/.exec(text)?.[1];
      const verb = /method: "([A-Z]+)"/.exec(text)?.[1];
      if (path !== template || verb !== method)
        throw new Error(
          `${operation} of @vercel/sdk asks ${verb ?? "?"} ${path ?? "?"}, and sandbox/contract/vercel/calls.ts says ${method} ${template}.`,
        );
      operations[operation] = { answers: await answersOf(file, text, (schema) => reader.convert(schema)) };
    }
    return { operations, definitions: reader.definitions };
  },
);

/** Reads `M.match(M.json(200, X$inboundSchema) or M.json(200, z.array(X$inboundSchema)), M.nil(204, …), M.fail(…))`, with X from where the file imports it. */
async function answersOf(
  file: string,
  text: string,
  convert: (schema: ZodSchema) => Schema,
): Promise<Answers> {
  const answers: Record<string, Schema | null> = { "4XX": refusal, "5XX": refusal };
  const read = /M\.json\((\d+), (z\.array\()?[^)]*?(\w+\$inboundSchema)/g;
  for (const [, status = "", list, name = ""] of text.matchAll(read)) {
    const from = new RegExp(`import \\{[^}]*${name.replace("$", "\\$")}[^}]*\\} from "([^"]+)"`).exec(
      text,
    )?.[1];
    if (from === undefined) throw new Error(`Internal error: ${file} does not import ${name}`);
    const module = (await import(pathToFileURL(join(dirname(file), from)).href)) as Record<string, ZodSchema>;
    const schema = module[name];
    if (!schema) throw new Error(`Internal error: ${from} of @vercel/sdk has no ${name}`);
    answers[status] = list === undefined ? convert(schema) : { type: "array", items: convert(schema) };
  }
  for (const [, statuses = ""] of text.matchAll(/M\.nil\(\[?([\d, ]+)\]?,/g))
    for (const status of statuses.split(",")) answers[status.trim()] = null;
  return answers;
}

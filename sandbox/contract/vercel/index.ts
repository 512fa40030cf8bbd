import { z } from "zod";
import type { CloudContract } from "../call.ts";
import { toSchema } from "../own-schemas.ts";
import { openSchemaCheck, type SchemaDocument } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { refusal, vercelDocument } from "./document.ts";

const text = z.string();

/** BuildLog of vercel/vercel, packages/cli/src/util/logs.ts; an answer has one in each line. */
const buildLog = z.strictObject({
  type: z.enum(["command", "stdout", "stderr", "exit", "deployment-state", "delimiter", "fatal"]),
  created: z.int(),
  date: z.int(),
  deploymentId: text,
  id: text,
  serial: text,
  text: text.optional(),
  info: z.strictObject({
    type: text,
    name: text,
    entrypoint: text.optional(),
    path: text.optional(),
    step: text.optional(),
    readyState: text.optional(),
  }),
  level: z.enum(["error", "warning"]).optional(),
});

/** RuntimeLog of the same file; https://vercel.com/docs/rest-api/logs/get-logs-for-a-deployment has more levels. */
const runtimeLog = z.strictObject({
  level: z.enum(["trace", "debug", "info", "warning", "error", "fatal"]),
  message: text,
  rowId: text,
  source: z.enum(["delimiter", "edge-function", "edge-middleware", "serverless", "request"]),
  timestampInMs: z.int(),
  domain: text,
  messageTruncated: z.boolean(),
  requestMethod: text,
  requestPath: text,
  responseStatusCode: z.int(),
});

/** Calls that the vendor's command line makes and no document has, by their operation in the table. */
const answers: Readonly<Record<string, z.ZodType>> = {
  "vercel deploy, vercel inspect --logs": z.array(buildLog),
  "RuntimeLog, a row of its stream": z.array(runtimeLog),
  // commands/inspect/index.ts; what is uploaded built has none.
  // commands/promote/status.ts
  "vercel promote status": z.strictObject({
    aliases: z.array(
      z.strictObject({
        id: text,
        alias: z.strictObject({ alias: text, deploymentId: text }),
        status: z.enum(["completed", "in-progress", "pending", "failed"]),
      }),
    ),
    pagination: z.strictObject({ count: z.int(), next: z.int().nullable(), prev: z.int().nullable() }),
  }),
  "vercel inspect": z.strictObject({ builds: z.array(z.never()) }),
};

const commandLineOperations: SchemaDocument["operations"] = Object.fromEntries(
  Object.entries(answers).map(([operation, answer]) => [
    operation,
    { answers: { "200": toSchema(answer), "4XX": refusal, "5XX": refusal } },
  ]),
);

export const vercel: CloudContract = {
  calls,
  document,
  bases: [""],
  prepare: () => vercelDocument.prepare(),
  open: () => {
    const { operations, definitions } = vercelDocument.read();
    return openSchemaCheck({ operations: { ...operations, ...commandLineOperations }, definitions });
  },
};

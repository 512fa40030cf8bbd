import { z } from "zod";

/** What a check of a suite can expect, as it is written in the file. */

const jsonPath = z.string().startsWith("$", "a JSONPath begins with $ (RFC 9535)");
const pattern = z.string().min(1).describe("A regular expression of JavaScript.");
const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const jsonTypes = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;
export type JsonType = (typeof jsonTypes)[number];

const bounds = z.strictObject({
  equals: z.number().optional(),
  greaterThan: z.number().optional(),
  atLeast: z.number().optional(),
  lessThan: z.number().optional(),
  atMost: z.number().optional(),
});
const count = z.union([z.number().int().min(0), bounds]);
export type Count = z.infer<typeof count>;

const valueRule = z.union([
  plain.describe("The value itself."),
  z.strictObject({
    equals: z
      .json()
      .optional()
      .describe("The same JSON value; the order of an object's keys does not count."),
    matches: pattern.optional(),
    contains: z.string().min(1).optional().describe("A part of the text."),
    type: z.enum(jsonTypes).optional(),
    exists: z.boolean().optional().describe("Whether there is anything at that place."),
    length: count.optional().describe("Of a text or an array."),
    count: count.optional().describe("How many values the path finds."),
    ...bounds.omit({ equals: true }).shape,
  }),
]);
export type ValueRule = z.infer<typeof valueRule>;

const jsonRules = z.record(jsonPath, valueRule);
export type JsonRules = z.infer<typeof jsonRules>;

const headerRule = z.union([
  z.string().describe("The value itself."),
  z.strictObject({
    equals: z.string().optional(),
    matches: pattern.optional(),
    exists: z.boolean().optional(),
  }),
]);
export type HeaderRule = z.infer<typeof headerRule>;

const status = z.union([
  z.number().int().min(100).max(599),
  z.array(z.number().int().min(100).max(599)).min(1),
]);

const jsonSchema = z
  .union([z.string().min(1), z.record(z.string(), z.unknown())])
  .describe("A JSON Schema (2020-12), or the name of one under schemas.");

/** Of an answer. All that is expected is compared, and every difference reported. */
export const responseRules = z.strictObject({
  status: status.optional().describe("One status, or those of which each is right."),
  headers: z.record(z.string().min(1), headerRule).optional(),
  text: z
    .strictObject({ contains: z.string().min(1).optional(), matches: pattern.optional() })
    .optional()
    .describe("Of the body as text."),
  json: jsonRules.optional().describe("By JSONPath, of the body as JSON."),
  schema: jsonSchema.optional(),
  redirect: z
    .strictObject({
      location: z.union([z.string().min(1), z.strictObject({ matches: pattern })]),
      status: status.optional().describe("301, 302, 303, 307 or 308 unless it is set."),
    })
    .optional()
    .describe("Where the answer redirects to; redirects are never followed."),
  unauthorized: z
    .literal(true)
    .optional()
    .describe("Sends the request without the credentials of defaults, and expects 401."),
  withinMs: z.number().int().positive().optional().describe("Longest time to the end of the body."),
  maxBytes: z.number().int().positive().optional().describe("Largest body, decoded."),
});
export type ResponseRules = z.infer<typeof responseRules>;

export const preflightRules = z.strictObject({
  allowed: z.boolean().default(true).describe("Whether a browser may send the request."),
  credentials: z.boolean().default(false).describe("Whether it may do so with cookies."),
});
export type PreflightRules = z.infer<typeof preflightRules>;

export const rowRules = z.strictObject({
  rows: count.optional().describe("How many rows the query finds."),
  json: jsonRules.optional().describe("By JSONPath, of the array of rows."),
});

/** Of each, so that a fault of one is reported with its place. */
export { jsonRules as jsonRulesSchema, jsonPath as jsonPathSchema, pattern as patternSchema };

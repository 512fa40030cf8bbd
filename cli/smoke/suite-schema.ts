import { z } from "zod";
import {
  jsonPathSchema,
  jsonRulesSchema,
  patternSchema,
  preflightRules,
  responseRules,
  rowRules,
} from "./expectations-schema.ts";

/** The form of a smoke suite. docs/smoke-suites.md */

const name = z.string().min(1).max(120);
const variableName = z
  .string()
  .regex(/^[A-Za-z]\w*$/, "a letter first, then letters, digits and _")
  .describe("Name of a captured value, written ${NAME} afterwards.");
const headers = z.record(z.string().min(1), z.string());

/** What is sent, of a suite's check and of a load profile's kind. */
export const requestFields = {
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
  path: z.string().startsWith("/").optional().describe("Behind baseUrl."),
  headers: headers.optional().describe("In addition to those of defaults. An empty one is not sent."),
  json: z.json().optional().describe("The body."),
  text: z.string().optional().describe("The body, where it is no JSON."),
  credentials: z.boolean().default(true).describe("Whether the credentials of defaults are sent."),
  timeoutMs: z.number().int().min(1).max(120_000).optional(),
};

const request = z
  .strictObject({
    ...requestFields,
    url: z
      .string()
      .min(1)
      .optional()
      .describe("A complete address, in place of path. It gets no headers of defaults."),
  })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), "either path or url")
  .refine(({ json, text }) => json === undefined || text === undefined, "json or text, not both");

const preflight = z
  .strictObject({
    path: z.string().startsWith("/"),
    origin: z.url().describe("Of the page that would send the request."),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
    headers: z.array(z.string().min(1)).default([]).describe("Names of the headers that it would send."),
  })
  .describe("A CORS preflight, as a browser sends it.");

const sql = z
  .strictObject({
    query: z.string().min(1).describe("One statement, with $1, $2 for values."),
    values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
  })
  .describe("A query of the environment's database, in a transaction that can only read.");

const cleanUpStep = z.union([
  z.strictObject({
    request,
    status: z.array(z.number().int()).optional().describe("2xx and 404 unless it is set."),
  }),
  z.strictObject({ sql: sql.describe("One statement, which may write.") }),
]);

const poll = z
  .strictObject({
    limitSeconds: z.number().positive().max(600),
    firstMs: z.number().int().min(1).default(100).describe("The first pause."),
    factor: z.number().min(1).max(10).default(2).describe("How much longer the next one is."),
    longestMs: z.number().int().min(1).default(2_000),
    giveUpOn: jsonRulesSchema
      .optional()
      .describe("An answer of which all of this holds ends the wait: it failed."),
  })
  .describe("Asks again until everything that is expected holds.");

const capture = z
  .record(
    variableName,
    z.union([
      jsonPathSchema,
      z.strictObject({
        header: z.string().min(1),
        matches: patternSchema.optional().describe("The first group is the value."),
      }),
    ]),
  )
  .describe("Values of the answer for other checks, which run afterwards: by JSONPath, or of a header.");

const common = {
  name,
  tags: z.array(z.string().regex(/^[\w.:-]+$/)).default([]),
  after: z
    .array(name)
    .default([])
    .describe("Checks that have to pass first, in addition to those that capture its values."),
  poll: poll.optional(),
  capture: capture.optional(),
  safe: z
    .strictObject({ cleanUp: z.array(cleanUpStep).min(1) })
    .optional()
    .describe(
      "For a check that makes something: the request carries ${run.mark}, and at the end of the suite these steps delete what " +
        "it made, also after a failure or an interrupt.",
    ),
};

const requestCheck = z.strictObject({ ...common, request, expect: responseRules });
const preflightCheck = z.strictObject({ ...common, preflight, expect: preflightRules });
const sqlCheck = z.strictObject({ ...common, sql, expect: rowRules });

export const defaultsSchema = z
  .strictObject({
    headers: headers.default({}),
    credentials: headers.default({}).describe("Headers that prove who asks."),
    timeoutMs: z.number().int().min(1).max(120_000).default(15_000).describe("Of one request or query."),
  })
  .prefault({});

export const suiteSchema = z
  .strictObject({
    suite: name.describe("Name of the suite."),
    baseUrl: z.string().min(1).default("${env.SMOKE_TEST_API_URL}").describe("Address of the application."),
    databaseUrl: z
      .string()
      .min(1)
      .default("${env.SMOKE_TEST_DATABASE_URL}")
      .describe("Address of its database; read only where a check has sql."),
    limitSeconds: z
      .number()
      .positive()
      .max(3_600)
      .default(80)
      .describe("For all checks. The clean-up has its own."),
    parallel: z.number().int().min(1).max(32).default(8).describe("Most checks at the same time."),
    defaults: defaultsSchema,
    schemas: z.record(z.string().min(1), z.record(z.string(), z.unknown())).default({}),
    checks: z.array(z.union([requestCheck, preflightCheck, sqlCheck])).min(1),
  })
  .describe("A smoke suite: docs/smoke-suites.md");

export type Suite = z.infer<typeof suiteSchema>;
export type Check = Suite["checks"][number];
export type PreflightCheck = z.infer<typeof preflightCheck>;
export type Request = z.infer<typeof request>;
export type Sql = z.infer<typeof sql>;
export type CleanUpStep = z.infer<typeof cleanUpStep>;
export type Capture = NonNullable<Check["capture"]>;

import { z } from "zod";

/**
 * The files of a Build Output (version 3) that define how it behaves: https://vercel.com/docs/build-output-api/v3. A field that is
 * not named here is refused: what Vercel would do by it must not look right without it.
 */

/** What a request has, or lacks, for a route to match; the value is a regular expression for all of it. */
const condition = z.union([
  z.strictObject({ type: z.literal("host"), value: z.string() }),
  z.strictObject({
    type: z.enum(["header", "cookie", "query"]),
    key: z.string().min(1),
    value: z.string().optional(),
  }),
]);

const sourceRoute = z.strictObject({
  src: z.string(),
  dest: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  methods: z.array(z.string()).optional(),
  continue: z.boolean().optional(),
  check: z.boolean().optional(),
  status: z.number().int().optional(),
  caseSensitive: z.boolean().optional(),
  has: z.array(condition).optional(),
  missing: z.array(condition).optional(),
  /** Function that is asked first, by its path. */
  middlewarePath: z.string().optional(),
  middlewareRawSrc: z.array(z.string()).optional(),
  // Of two routes in a row that both continue: no difference here, where each sees what the one before it has made.
  override: z.boolean().optional(),
  // Its headers win over those of a function, as those of all routes do here.
  important: z.boolean().optional(),
});
const handleRoute = z.strictObject({
  handle: z.enum(["filesystem", "miss", "hit", "rewrite", "resource", "error"]),
});

/** Each route is checked by its kind, so that a message names the field that is at fault. */
const route = z.unknown().transform((value, context) => {
  const isHandle = typeof value === "object" && value !== null && "handle" in value;
  const parsed: z.ZodSafeParseResult<z.output<typeof sourceRoute> | z.output<typeof handleRoute>> = (
    isHandle ? handleRoute : sourceRoute
  ).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  return z.NEVER;
});

export const outputConfig = z.strictObject({
  version: z.literal(3),
  routes: z.array(route).optional(),
  cache: z.array(z.string()).optional(),
  framework: z.strictObject({ version: z.string(), slug: z.string().optional() }).optional(),
  /** Static files that answer at another path, or as another type, than their names show. */
  overrides: z
    .record(z.string(), z.strictObject({ path: z.string().optional(), contentType: z.string().optional() }))
    .optional(),
  // No image is resized here: a request for one is refused.
  images: z.looseObject({}).optional(),
  crons: z.array(z.unknown()).max(0, "the sandbox runs no cron jobs").optional(),
});

const framework = z.strictObject({ slug: z.string(), version: z.string() });

export const functionConfig = z.strictObject({
  runtime: z.string().regex(/^nodejs(20|22|24)\.x$/, "must be nodejs20.x, nodejs22.x or nodejs24.x"),
  handler: z.string().min(1),
  launcherType: z.literal("Nodejs"),
  /** Files of the project that the function has in addition to those of its folder: from its folder, and from the project's. */
  filePathMap: z.record(z.string(), z.string()).optional(),
  /** Whether the handler takes a Request and gives a Response. */
  useWebApi: z.boolean().optional(),
  shouldAddHelpers: z.literal(false).optional(),
  shouldAddSourcemapSupport: z.boolean().optional(),
  shouldDisableAutomaticFetchInstrumentation: z.boolean().optional(),
  supportsResponseStreaming: z.boolean().optional(),
  supportsMultiPayloads: z.boolean().optional(),
  awsLambdaHandler: z.literal("").optional(),
  architecture: z.enum(["x86_64", "arm64"]).optional(),
  memory: z.number().int().positive().optional(),
  maxDuration: z.number().int().positive().max(800).optional(),
  regions: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  // What it was built by and for, which Vercel shows.
  operationType: z.string().optional(),
  framework: framework.optional(),
  experimentalAllowBundling: z.literal(false).optional(),
});

/** `NAME.prerender-config.json` next to `NAME.func`: its answers are kept, and made again when they are too old. */
export const prerenderConfig = z.strictObject({
  type: z.literal("Prerender").optional(),
  /** Seconds until an answer is made again; false: never. */
  expiration: z.union([z.number().int().positive(), z.literal(false)]),
  staleExpiration: z.number().int().positive().optional(),
  /** Those of one group are made again together. */
  group: z.number().int().optional(),
  /** Secret. Who sends it is answered by the function. */
  bypassToken: z.string().optional(),
  /** File with the first answer. */
  fallback: z
    .union([z.string(), z.looseObject({ type: z.literal("FileFsRef"), fsPath: z.string() })])
    .nullish(),
  initialHeaders: z.record(z.string(), z.string()).optional(),
  initialStatus: z.number().int().optional(),
  /** Names of the query that make another answer; absent: all. */
  allowQuery: z.array(z.string()).optional(),
  allowHeader: z.array(z.string()).optional(),
  passQuery: z.boolean().optional(),
  experimentalBypassFor: z.array(condition).optional(),
  sourcePath: z.string().optional(),
  prerenderClassification: z.looseObject({}).optional(),
  exposeErrBody: z.boolean().optional(),
});

export type Condition = z.output<typeof condition>;
export type SourceRoute = z.output<typeof sourceRoute>;
export type Route = SourceRoute | z.output<typeof handleRoute>;

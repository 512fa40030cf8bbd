import { z } from "zod";
import { isReserved, variableName } from "./own-variables.ts";

/** Names of the groups of settings that the program itself has, and of what it reads in addition. */
export const ownGroups = [
  ...(["neon", "fly", "vercel", "github", "migrations", "variables"] as const),
  ...(["railway", "workers"] as const),
  ...(["release", "only", "gate", "smoke", "secrets", "record", "signingKey"] as const),
  ...(["watch", "notify", "notifySecrets", "load"] as const),
] as const;

/** What `--only` and the record call other parts of a release. */
const reservedParts = ["web", "workers", "variables"];

const command = z.string().trim().min(1, "expected a command");
const limited = { command, limitSeconds: z.number().int().min(1).max(600) };
const secretName = variableName.refine(
  (name) => !isReserved(name),
  "given by the program itself, or changes how a process runs",
);
const path = z
  .string()
  .min(1, "expected a path")
  .refine(
    (text) => !/^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(text),
    "expected a path inside the checkout, from its folder",
  );
const sources = z.array(path).min(1, "expected at least one path").optional();
const table = z.string().regex(/^[\w$]+\.[\w$]+$/, "expected a table with its schema, such as public.jobs");
const query = z.string().trim().min(1, "expected a statement of SQL");
const metric = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "expected a name such as shop_orders_total")
    .refine((name) => !name.startsWith("rollout_"), "names that begin with rollout_ are the program's own"),
  help: z.string().min(1),
  type: z.enum(["gauge", "counter", "histogram"]),
  query,
});
const partName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, "expected up to 31 lower-case letters, digits and dashes, a letter first")
  .refine((name) => !reservedParts.includes(name), "this name is reserved");
const groupName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, "expected letters and digits, a lower-case letter first")
  .refine((name) => !(ownGroups as readonly string[]).includes(name), "the program has a group of this name");
const aFunction = z.custom<unknown>((value) => typeof value === "function", "expected a function");

const metricName = z.string().regex(/^[a-zA-Z_:][\w:]*$/, "expected the name of a metric");
const labels = z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()).optional();
const webPath = z.string().regex(/^\/\S*$/, "expected a path that begins with a slash");
const isPattern = (text: string): boolean => {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
};
const watch = z.strictObject({
  metricsPath: webPath.optional(),
  requests: z
    .array(
      z.strictObject({
        part: z.string().min(1),
        histogram: metricName,
        labels,
        errors: z.strictObject({
          label: z.string().min(1),
          matches: z.string().refine(isPattern, "expected a regular expression"),
        }),
      }),
    )
    .optional(),
  business: z
    .array(
      z
        .strictObject({
          name: z.string().min(1),
          sql: query.optional(),
          counter: metricName.optional(),
          labels,
        })
        .refine(({ sql, counter }) => sql !== undefined || counter !== undefined, "expected sql or counter"),
    )
    .optional(),
  safeRequests: z.array(webPath).min(1).optional(),
});

const marked = (text: string, mark: string): boolean => text.includes(mark);
const load = z.strictObject({
  profile: path,
  jobs: z
    .strictObject({
      enqueue: z
        .strictObject({ method: z.enum(["POST", "PUT"]), path: webPath, json: z.json().optional() })
        .refine(
          (request) =>
            ["${run.mark}", "${run.number}"].every((mark) => marked(JSON.stringify(request), mark)),
          "expected ${run.mark} and ${run.number} in it, by which its job is found again",
        ),
      query: query.refine((text) => marked(text, "$1"), "expected $1, which stands for the mark of the run"),
    })
    .optional(),
  cleanUp: z
    .array(
      query.refine((text) => marked(text, "$1"), "expected $1, so that it deletes what the run has made"),
    )
    .min(1)
    .optional(),
});

const schema = z.strictObject({
  web: z.strictObject({
    build: command,
    output: path.optional(),
    healthPath: webPath,
    sources,
  }),
  workers: z
    .record(partName, z.strictObject({ description: z.string().min(1), sources }))
    .refine((workers) => Object.keys(workers).length > 0, "expected at least one worker"),
  sourceDigests: aFunction.optional(),
  program: sources,
  secrets: z.record(secretName, z.enum(["web", "workers", "both"])).optional(),
  settings: z
    .record(
      groupName,
      z.custom<z.ZodType>((value) => value instanceof z.ZodType, "expected a schema of zod"),
    )
    .optional(),
  variables: aFunction.optional(),
  database: z.strictObject({
    schemas: z.record(z.string().min(1), z.enum(["read", "write"])),
    migrations: path,
    migrate: command,
    applied: z.strictObject({ table, query }),
    jobs: z
      .strictObject({ table, unfinished: query, known: query, cancel: query, depth: query.optional() })
      .optional(),
    metrics: z.array(metric).optional(),
  }),
  rehearsal: z
    .strictObject({
      build: z.array(command).min(1, "expected at least one command"),
      files: z.strictObject({
        web: path,
        workers: path.refine((text) => text.includes("NAME"), "expected NAME, for the name of each worker"),
      }),
      migrate: command.optional(),
    })
    .optional(),
  smokeTest: z.union([command, z.strictObject(limited)]),
  watch: watch.optional(),
  load: load
    .refine(({ jobs, cleanUp }) => jobs === undefined || cleanUp !== undefined, "expected cleanUp with jobs")
    .optional(),
  hooks: z
    .strictObject({
      afterLive: z
        .array(
          z.union([command, z.strictObject({ ...limited, environment: z.array(variableName).optional() })]),
        )
        .optional(),
    })
    .optional(),
});

/** What is wrong with a declaration, each fault in one line behind the path to it. */
export function applicationFaults(declaration: unknown): readonly string[] {
  const parsed = schema.safeParse(declaration);
  return parsed.success ? partFaults(parsed.data) : parsed.error.issues.flatMap(faultsOf);
}

/** What no field shows alone: every part has a digest. */
function partFaults({
  web,
  workers,
  sourceDigests,
  watch: watched,
}: z.infer<typeof schema>): readonly string[] {
  const parts = Object.entries<{ readonly sources?: unknown }>({ web, ...workers });
  const pathOf = (part: string): string => (part === "web" ? "web" : `workers.${part}`);
  const lacking = parts.filter(([, part]) => part.sources === undefined && sourceDigests === undefined);
  const known = parts.map(([part]) => part);
  const strangers = (watched?.requests ?? []).filter(({ part }) => !known.includes(part));
  return [
    ...lacking.map(([part]) => `${pathOf(part)}.sources: expected the paths that it is built from`),
    ...strangers.map(({ part }) => `watch.requests: part is ${part}; expected one of ${known.join(", ")}`),
  ];
}

function faultsOf(issue: z.core.$ZodIssue): readonly string[] {
  const at = issue.path.map(String).join(".");
  const inside = (name: string): string => (at === "" ? name : `${at}.${name}`);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `${inside(key)}: there is no such field`);
    case "invalid_key":
      return issue.issues.map(({ message }) => `${at}: ${message}`);
    case "invalid_type":
      return [
        `${at || "the declaration"}: expected ${issue.expected === "record" ? "an object" : issue.expected}`,
      ];
    case "invalid_value":
      return [`${at}: expected one of ${issue.values.map(String).join(", ")}`];
    case "invalid_union":
      return [`${at}: expected a command, or an object with command and limitSeconds`];
    default:
      return [`${at}: ${issue.message}`];
  }
}

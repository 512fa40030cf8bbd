import { z } from "zod";
import type { KnownKey } from "./api/api-key.ts";
import type { ClientLimits } from "./api/client-limits.ts";
import { apiClientsSchema, apiKeysSchema, knownKeys } from "./api/known-keys.ts";
import {
  flagsIn,
  webFlagsSchema,
  workerFlagsSchema,
  type WebFlags,
  type WorkerFlags,
} from "./feature-flags.ts";

/** The environment is invalid. The message names every variable at fault and never a value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const databaseUrl = z
  .string()
  .refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length > 1;
  }, "must be a PostgreSQL address: postgresql://USER:PASSWORD@HOST/DATABASE")
  .refine(
    (value) =>
      !/^postgres(ql)?:/.test(value) ||
      !URL.canParse(value) ||
      staysHere(new URL(value)) ||
      asksForTls(new URL(value)),
    "must have ?sslmode=require, since its host is not this machine: postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require",
  )
  // What pg does for "require" today (verify the server's certificate), by the name that it keeps and without its warning.
  .transform((value) => value.replace(/([?&]sslmode=)require\b/, "$1verify-full"));

function staysHere({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function asksForTls({ searchParams }: URL): boolean {
  return ["require", "verify-ca", "verify-full"].includes(searchParams.get("sslmode") ?? "");
}

const logLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info");

const port = z.coerce.number("must be a number").int().min(0).max(65535);

const migrateSchema = z.object({ DATABASE_URL: databaseUrl });

const webSchema = z.object({
  DATABASE_URL: databaseUrl,
  API_KEYS: apiKeysSchema,
  API_CLIENTS: apiClientsSchema,
  API_PLANS_PER_MINUTE: z.coerce.number("must be a number").int().min(1).default(600),
  API_UNFINISHED_PLANS: z.coerce.number("must be a number").int().min(1).default(1_000),
  LOG_LEVEL: logLevel,
  FEATURE_FLAGS: flagsIn(webFlagsSchema),
});

const workerSchema = z.object({
  DATABASE_URL: databaseUrl,
  OPENAI_API_KEY: z.string().min(1, "must not be empty"),
  OPENAI_BASE_URL: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
  OPENAI_MODEL: z.string().min(1).default("gpt-4o-mini"),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: port.default(8080),
  LOG_LEVEL: logLevel,
  SHUTDOWN_GRACE_SECONDS: z.coerce.number("must be a number").min(0).max(300).default(20),
  FEATURE_FLAGS: flagsIn(workerFlagsSchema),
});

type Environment = Readonly<Record<string, string | undefined>>;

function parse<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.output<Schema> {
  // An empty variable is one that was not given: that is how CI systems pass on what does not exist.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name} ${given[name] === undefined ? "is not set" : issue.message}`;
  });
  throw new SettingsError(`Invalid environment: ${faults.join("; ")}`);
}

/** What `npm run db:migrate` reads. */
export function migrateSettings(environment: Environment): { readonly databaseUrl: string } {
  return { databaseUrl: parse(migrateSchema, environment).DATABASE_URL };
}

export interface WebSettings {
  readonly databaseUrl: string;
  /** Keys as they are, which no log may have: those of the rollout. */
  readonly apiKeys: readonly string[];
  /** A client that sends one of them as a bearer token may use the API. */
  readonly knownKeys: readonly KnownKey[];
  readonly limits: ClientLimits;
  readonly logLevel: string;
  readonly flags: WebFlags;
}

export function webSettings(environment: Environment): WebSettings {
  const values = parse(webSchema, environment);
  return {
    databaseUrl: values.DATABASE_URL,
    apiKeys: values.API_KEYS.map(({ key }) => key),
    knownKeys: knownKeys(values.API_KEYS, values.API_CLIENTS),
    limits: {
      plansPerMinute: values.API_PLANS_PER_MINUTE,
      unfinishedPlans: values.API_UNFINISHED_PLANS,
    },
    logLevel: values.LOG_LEVEL,
    flags: values.FEATURE_FLAGS,
  };
}

export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly ai: { readonly apiKey: string; readonly baseUrl: string | undefined; readonly model: string };
  /** Where `/health` and `/metrics` answer; 0 takes a free one, which `worker_start` names. */
  readonly port: number;
  /** The address that they listen on. @default loopback; fly.*.toml opens it to the platform's checks */
  readonly host: string;
  readonly logLevel: string;
  /**
   * How long a job in hand may go on after SIGTERM, in seconds; then it is restored to the queue. The default leaves a
   * third of the 30 s of `kill_timeout` in fly.*.toml for giving it back and closing connections.
   */
  readonly shutdownGraceSeconds: number;
  readonly flags: WorkerFlags;
}

export function workerSettings(environment: Environment): WorkerSettings {
  const values = parse(workerSchema, environment);
  return {
    databaseUrl: values.DATABASE_URL,
    ai: { apiKey: values.OPENAI_API_KEY, baseUrl: values.OPENAI_BASE_URL, model: values.OPENAI_MODEL },
    port: values.PORT,
    host: values.HOST,
    logLevel: values.LOG_LEVEL,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    flags: values.FEATURE_FLAGS,
  };
}

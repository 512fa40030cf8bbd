import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const spanSchema = z.object({
  name: z.string(),
  action: z.string(),
  begun: z.number(),
  seconds: z.number(),
  outcome: z.enum(["done", "failed", "given up", "running"]),
});

const logSchema = z.object({
  schema: z.literal(1),
  /** Number of the rollout in its environment's record. */
  attempt: z.number().int().min(1),
  /** When the command began to run the engine, RFC 3339. */
  at: z.string(),
  seconds: z.number(),
  spans: z.array(spanSchema),
  /** What each resource of the stack waits for, by the names that the program gives; absent where it could not be read. */
  after: z.record(z.string(), z.array(z.string())).optional(),
  /** Checks of the smoke test, where it ran and passed. */
  smoke: z.array(z.object({ name: z.string(), passed: z.boolean(), seconds: z.number() })).optional(),
});

/** What one rollout did when, as the command that ran it has seen it. Holds names and times, and no value of any setting. */
export type RolloutLog = z.infer<typeof logSchema>;

/** Where the logs and the reports of a stack are. Git ignores it. */
export function reportFolder(checkout: string, stack: string): string {
  return join(checkout, ".rollout", "reports", stack.split("/").at(-1) ?? stack);
}

/** Writes a file for the user alone, completely or not at all. */
export function writeInFolder(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const part = `${file}.${String(process.pid)}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, file);
  return file;
}

export function keepLog(folder: string, log: RolloutLog): void {
  writeInFolder(folder, `${String(log.attempt)}.json`, `${JSON.stringify(log)}\n`);
}

/** The logs in a folder by the number of their rollout. What is no log, such as one of a later version, is passed over. */
export function readLogs(folder: string): ReadonlyMap<number, RolloutLog> {
  return new Map(
    namesIn(folder).flatMap((name): [number, RolloutLog][] => {
      const log = parseLog(join(folder, name));
      return log ? [[log.attempt, log]] : [];
    }),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
  } catch {
    return [];
  }
}

function parseLog(file: string): RolloutLog | undefined {
  try {
    return logSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

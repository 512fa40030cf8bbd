import { performance } from "node:perf_hooks";
import { z } from "zod";
import { say } from "../../shared/say.ts";
import { CommandFailed } from "../../shared/run-command.ts";
import { runShell } from "../../shared/run-shell.ts";
import type { RehearsedApplication } from "./rehearsed-application.ts";

const lock = z.object({
  relation: z.string(),
  mode: z.string(),
  blocks: z.string(),
  milliseconds: z.number(),
});
const migration = z.object({
  name: z.string(),
  milliseconds: z.number(),
  locks: z.array(lock),
  rewritten: z.array(z.string()),
});
const report = z.object({ applied: z.array(migration) });

/** A migration as it ran: its time, its locks, the tables that it rewrote. */
export type RanMigration = z.infer<typeof migration>;
export type TakenLock = z.infer<typeof lock>;

export interface MigrateCopyArgs {
  readonly migrate: RehearsedApplication["migrate"];
  /** Names of the migrations that are to run. */
  readonly pending: readonly string[];
  readonly checkout: string;
  /** Secret. As the role that owns the copy. */
  readonly databaseUrl: string;
  readonly limitMilliseconds: number;
  readonly signal: AbortSignal;
}

/** The data does not let the migrations run; the message names which, and why. */
export class MigrationsFailed extends Error {
  override readonly name = "MigrationsFailed";
}

/**
 * Runs the checkout's migrations as the rollout will, and reads what they cost.
 *
 * @throws MigrationsFailed
 */
export async function migrateCopy(args: MigrateCopyArgs): Promise<readonly RanMigration[]> {
  const { migrate, pending, checkout, databaseUrl, limitMilliseconds, signal } = args;
  say("running the migrations on the copy");
  try {
    const begun = performance.now();
    const variables = { DATABASE_URL: databaseUrl };
    const printed = await runShell(migrate.command, {
      folder: checkout,
      variables,
      secrets: [databaseUrl],
      limitMilliseconds,
      signal,
    });
    const milliseconds = Math.round(performance.now() - begun);
    // Of a plain command nothing is known but how long all of them took.
    if (!migrate.hasReport) return [{ name: pending.join(", "), milliseconds, locks: [], rewritten: [] }];
    return reportIn(printed, migrate.command);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new MigrationsFailed(error.message, { cause: error });
  }
}

function reportIn(printed: string, command: string): readonly RanMigration[] {
  const line = printed.split("\n").findLast((each) => each.trimStart().startsWith("{"));
  try {
    return report.parse(JSON.parse(line ?? "")).applied;
  } catch (error) {
    throw new Error(
      `\`${command}\` printed no report; expected one line {"applied":[{"name":"…","milliseconds":1,"locks":[],"rewritten":[]}]}`,
      { cause: error },
    );
  }
}

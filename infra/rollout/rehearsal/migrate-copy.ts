import { z } from "zod";
import { say } from "../../shared/say.ts";
import { CommandFailed, runCommand } from "../../shared/run-command.ts";

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

/** A migration as it ran: its time, its locks, the tables that it wrote anew. */
export type RanMigration = z.infer<typeof migration>;
export type TakenLock = z.infer<typeof lock>;

export interface MigrateCopyArgs {
  readonly checkout: string;
  /** Secret. As the role that owns the copy. */
  readonly databaseUrl: string;
  readonly limitMilliseconds: number;
  readonly signal: AbortSignal;
}

/** The data does not let the migrations run; the message says which, and why. */
export class MigrationsFailed extends Error {
  override readonly name = "MigrationsFailed";
}

/**
 * Runs the checkout's migrations as the rollout will, and reads what they cost.
 *
 * @throws MigrationsFailed
 */
export async function migrateCopy(args: MigrateCopyArgs): Promise<readonly RanMigration[]> {
  const { checkout, databaseUrl, limitMilliseconds, signal } = args;
  say("running the migrations on the copy");
  const words = ["run", "--silent", "--workspace", "src", "db:migrate", "--", "--report"];
  try {
    const variables = { DATABASE_URL: databaseUrl };
    const printed = await runCommand("npm", words, {
      folder: checkout,
      variables,
      limitMilliseconds,
      signal,
    });
    return report.parse(JSON.parse(printed)).applied;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new MigrationsFailed(error.message, { cause: error });
  }
}

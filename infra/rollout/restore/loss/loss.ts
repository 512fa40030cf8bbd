import type { Client } from "pg";
import { connected } from "../../../neon/connected.ts";
import type { AppliedQuery } from "../../applied-in-database.ts";
import { appliedIn } from "../../applied-in-database.ts";
import type { QueueLoss, QueueQueries } from "./queue-loss.ts";
import { queueLoss } from "./queue-loss.ts";
import type { TableLoss } from "./table-loss.ts";
import { tableLoss, tablesOf, usualMostRows } from "./table-loss.ts";

/** What a restore deletes and restores. */
export interface Loss {
  /** Those tables alone where something differs, by name. */
  readonly tables: readonly TableLoss[];
  /** How many tables are the same on both sides. */
  readonly same: number;
  /** Absent where there is no queue. */
  readonly queue?: QueueLoss;
  /** Names of the migrations that the database has now and had not at the target, in their order. */
  readonly migrationsUndone: readonly string[];
}

export interface LossLimits {
  /** Tables of more rows are estimated. @default 100,000 */
  readonly mostRows?: number;
  /** For one statement, in milliseconds; a table that takes longer is estimated. @default 20,000 */
  readonly statementMilliseconds?: number;
}

/** How the application keeps what is not compared as rows. */
export interface LossQueries {
  readonly applied: AppliedQuery;
  /** Absent where there is no queue. */
  readonly jobs?: QueueQueries | undefined;
}

/** Compares the database as it is with what it was; an address that is undefined is that of no database. Only reads. */
export async function lossBetween(
  nowUrl: string | undefined,
  thenUrl: string | undefined,
  { applied, jobs }: LossQueries,
  { mostRows = usualMostRows, statementMilliseconds = 20_000 }: LossLimits = {},
): Promise<Loss> {
  return reading(nowUrl, statementMilliseconds, (now) =>
    reading(thenUrl, statementMilliseconds, async (then) => {
      const [here, there] = [await tables(now, applied), await tables(then, applied)];
      const losses: TableLoss[] = [];
      for (const name of [...new Set([...here.keys(), ...there.keys()])].sort())
        losses.push(
          await tableLoss(
            name,
            now && { client: now, table: here.get(name) },
            then && { client: then, table: there.get(name) },
            mostRows,
          ),
        );
      const isSame = ({ added, changed, deleted }: TableLoss): boolean =>
        added === 0 && deleted === 0 && changed === 0;
      const queue = jobs && (await queueLoss(now, then, jobs));
      const before = new Set(await migrations(then, applied));
      return {
        tables: losses.filter((loss) => !isSame(loss)),
        same: losses.filter(isSame).length,
        ...(queue ? { queue } : {}),
        migrationsUndone: (await migrations(now, applied)).filter((name) => !before.has(name)),
      };
    }),
  );
}

/** Which migrations were applied is reported as such, not as rows. */
function tables(
  client: Client | undefined,
  { table }: AppliedQuery,
): Promise<Awaited<ReturnType<typeof tablesOf>>> {
  return client ? tablesOf(client, [table]) : Promise.resolve(new Map());
}

async function migrations(client: Client | undefined, applied: AppliedQuery): Promise<readonly string[]> {
  return client ? (await appliedIn(client, applied)).map(({ name }) => name) : [];
}

async function reading<T>(
  databaseUrl: string | undefined,
  statementMilliseconds: number,
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  if (databaseUrl === undefined) return work(undefined);
  const limits = {
    queryMilliseconds: statementMilliseconds + 10_000,
    loginMilliseconds: 60_000,
    name: "rollout-restore",
  };
  return connected(databaseUrl, limits, async (client) => {
    await client.query(
      `SET default_transaction_read_only = on; SET statement_timeout = ${String(statementMilliseconds)};
       SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'`,
    );
    return work(client);
  });
}

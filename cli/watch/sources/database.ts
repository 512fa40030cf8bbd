import { connected } from "@rollout/infra/neon/connected";
import type { BusinessDeclaration } from "../../../stacks/settings/application.ts";
import type { WatchSettings } from "../../../stacks/settings/schema/watch.ts";
import type { BusinessCount, Problem } from "../sample.ts";
import type { Seen, Source } from "./source.ts";

export interface DatabaseArgs {
  /** Secret. */
  readonly databaseUrl: string;
  readonly business: readonly BusinessDeclaration[];
  readonly settings: Pick<WatchSettings, "windowSeconds">;
  /** When the rollout of the release began, in milliseconds: before it was the release before. */
  readonly begunAt: number;
  /** When it went live, in milliseconds. */
  readonly liveAt: number;
}

/** How much of the time before a release is counted, in milliseconds. */
const comparedTime = 60 * 60_000;
/** Of one query, in milliseconds. */
const queryLimit = 10_000;

/** Counts in the database what the application is there for: in the window, and in the hour before the rollout. */
export function countingInDatabase({
  databaseUrl,
  business,
  settings,
  begunAt,
  liveAt,
}: DatabaseArgs): Source {
  const { windowSeconds } = settings;
  const counted = business.flatMap(({ name, sql }) => (sql === undefined ? [] : [{ name, sql }]));
  /** Per second, by name. */
  const before = new Map<string, number>();
  return {
    async look(now): Promise<Seen> {
      if (counted.length === 0) return {};
      try {
        return await connected(
          databaseUrl,
          { queryMilliseconds: queryLimit, name: "watch" },
          async (client) => {
            const count = async (sql: string, from: number, until: number): Promise<number> => {
              const { rows } = await client.query<{ count: string | number }>(sql, [
                new Date(from),
                new Date(until),
              ]);
              return Number(rows[0]?.count ?? Number.NaN);
            };
            const [business, problems]: [BusinessCount[], Problem[]] = [[], []];
            for (const { name, sql } of counted) {
              if (!before.has(name))
                before.set(name, (await count(sql, begunAt - comparedTime, begunAt)) / (comparedTime / 1000));
              const found = await count(sql, now - windowSeconds * 1000, now);
              if (Number.isNaN(found)) problems.push(withoutCount(name));
              else if (now - windowSeconds * 1000 >= liveAt)
                business.push({
                  name,
                  count: found,
                  windowSeconds,
                  expected: (before.get(name) ?? 0) * windowSeconds,
                });
            }
            return { business, problems };
          },
        );
      } catch (error) {
        return {
          problems: [
            unanswered(
              error,
              counted.map(({ name }) => name),
            ),
          ],
        };
      }
    },
  };
}

function withoutCount(name: string): Problem {
  return {
    what: `the query of ${name} gives no count`,
    remedy: "watch.business in rollout.config.ts: the query has to give one row with a number as count",
  };
}

function unanswered(error: unknown, names: readonly string[]): Problem {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return {
    what: `the database does not count ${names.join(", ")} (${code === undefined ? message : `${code}: ${message}`})`,
    remedy:
      "see whether the database answers (bin/rollout doctor), and whether the query works on its schema",
  };
}

import type pg from "pg";
import { ProblemError } from "./problem.ts";

/** What one client may ask for. */
export interface ClientLimits {
  /** Plans in a minute. */
  readonly plansPerMinute: number;
  /** Plans that are not written yet, at the same time. */
  readonly unfinishedPlans: number;
}

/**
 * Counts a request of a client in its minute of the database's clock, for all functions of the web together, and refuses what is too
 * much: each plan costs money at the AI provider.
 */
export async function countRequest(
  pool: pg.Pool,
  client: string,
  { plansPerMinute }: ClientLimits,
): Promise<void> {
  const { rows } = await pool.query<{ count: number; left: number }>(
    `INSERT INTO api_requests AS seen (client, minute, count) VALUES ($1, date_trunc('minute', now()), 1)
     ON CONFLICT (client) DO UPDATE SET
       count = CASE WHEN seen.minute = excluded.minute THEN seen.count + 1 ELSE 1 END,
       minute = excluded.minute
     RETURNING count, ceil(60 - extract(second FROM now()))::int AS left`,
    [client],
  );
  const [{ count, left } = { count: 0, left: 0 }] = rows;
  if (count <= plansPerMinute) return;
  throw tooMany(
    `This key's client may ask for ${String(plansPerMinute)} plans a minute. Ask again in ${String(left)} s.`,
    left,
  );
}

/** What a client gets that has too many plans under way. */
export function tooManyUnfinished({ unfinishedPlans }: ClientLimits): ProblemError {
  return tooMany(
    `${String(unfinishedPlans)} plans of this key's client are not written yet. Ask again when some are ready.`,
    10,
  );
}

function tooMany(detail: string, seconds: number): ProblemError {
  return new ProblemError(
    { status: 429, title: "Too many plans", detail },
    { "retry-after": String(Math.max(seconds, 1)) },
  );
}

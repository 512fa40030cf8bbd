import type pg from "pg";
import { requestBuckets } from "./request-buckets.ts";

/**
 * Requests counted in the database, for all functions of the web together: on Vercel each has a memory of its own, which
 * no scrape reaches. docs/decisions/web-metrics.md
 */
export interface KeptRequests {
  /** Counts one; writes what was counted where that is due. */
  readonly ended: (method: string, route: string, status: number, seconds: number) => void;
  /** Writes what was counted since the last time. */
  readonly flush: () => Promise<void>;
}

export interface KeptRequestsOptions {
  readonly pool: Pick<pg.Pool, "query">;
  /** Hears of what could not be written; it is kept for the next time. */
  readonly onError: (error: unknown) => void;
  /** Lets the function go on until this has ended, although its answer was sent. */
  readonly waitUntil: (work: Promise<void>) => void;
  /** Counts milliseconds. */
  readonly now?: () => number;
}

interface Counted {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** One for each bucket alone, and one for what took longer than all. */
  readonly counts: number[];
  seconds: number;
}

/** At most one write in so long, for each function instance; in milliseconds. */
const writeEvery = 5_000;
/** What else a client invents counts as one. */
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function openKeptRequests({
  pool,
  onError,
  waitUntil,
  now = () => performance.now(),
}: KeptRequestsOptions): KeptRequests {
  let counted = new Map<string, Counted>();
  let last = now();
  let writing = Promise.resolve();

  const add = ({ method, route, status, counts, seconds }: Counted): void => {
    const key = `${method} ${route} ${String(status)}`;
    const known = counted.get(key);
    if (!known) {
      counted.set(key, { method, route, status, counts, seconds });
      return;
    }
    counts.forEach((count, index) => (known.counts[index] = (known.counts[index] ?? 0) + count));
    known.seconds += seconds;
  };

  const write = async (): Promise<void> => {
    const rows = [...counted.values()];
    if (rows.length === 0) return;
    counted = new Map();
    last = now();
    try {
      await pool.query(statement, [JSON.stringify(rows)]);
    } catch (error) {
      for (const row of rows) add(row);
      onError(error);
    }
  };
  // One after the other: of two at the same time the second has nothing to write yet.
  const flush = (): Promise<void> => (writing = writing.then(write));

  return {
    ended: (method, route, status, seconds) => {
      const counts = [...requestBuckets, Number.POSITIVE_INFINITY].map(() => 0);
      const bucket = requestBuckets.findIndex((bound) => seconds <= bound);
      counts[bucket === -1 ? requestBuckets.length : bucket] = 1;
      add({ method: knownMethods.has(method) ? method : "other", route, status, counts, seconds });
      // A request for what there is not would wake a database that sleeps; it is written with the next one.
      if (status !== 404 && status !== 405 && now() - last >= writeEvery) waitUntil(flush());
    },
    flush,
  };
}

/** In one order everywhere, so that two instances never wait for each other's rows. */
const statement = `
  INSERT INTO web_requests AS kept (method, route, status, counts, seconds)
  SELECT method, route, status, counts, seconds
  FROM jsonb_to_recordset($1::jsonb) AS rows (method text, route text, status int, counts bigint[], seconds float8)
  ORDER BY 1, 2, 3
  ON CONFLICT (method, route, status) DO UPDATE SET
    counts = (SELECT array_agg(before + added ORDER BY place)
      FROM unnest(kept.counts, excluded.counts) WITH ORDINALITY AS sums (before, added, place)),
    seconds = kept.seconds + excluded.seconds`;

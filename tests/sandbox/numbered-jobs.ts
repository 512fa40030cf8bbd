import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { onTestFinished, vi } from "vitest";
import { postPlan } from "./observe.ts";

/** Where jobs are posted, and the database in which they are counted. */
export interface JobPlace {
  readonly webUrl: string;
  readonly smokeApiKey: string;
  /** The owner's. */
  readonly databaseUrl: string;
}

/** What became of numbered jobs, as the database has it. */
export interface JobCount {
  /** Numbers that the web took. */
  readonly posted: number;
  /** Numbers that the web did not take, with what it answered. */
  readonly refused: readonly string[];
  /** Numbers without a finished plan. */
  readonly lost: readonly string[];
  /** Numbers with more than one plan, or whose plan or job was finished more than once. */
  readonly twice: readonly string[];
  /** Numbers whose job was taken up again after a worker had lost it. */
  readonly takenAgain: number;
}

/** Keeps a note in the database of every time that a plan or a job is finished, whoever does it and however often. */
export async function noteEveryEnd(databaseUrl: string): Promise<void> {
  await query(
    databaseUrl,
    `CREATE SCHEMA watch;
     CREATE TABLE watch.ends (kind text NOT NULL, job_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now());
     CREATE FUNCTION watch.plan_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN INSERT INTO watch.ends (kind, job_id) VALUES ('plan', NEW.job_id); RETURN NULL; END $$;
     CREATE FUNCTION watch.job_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN INSERT INTO watch.ends (kind, job_id) VALUES ('job', NEW.id); RETURN NULL; END $$;
     CREATE TRIGGER watch_plans AFTER UPDATE ON plans FOR EACH ROW
       WHEN (NEW.status = 'ready') EXECUTE FUNCTION watch.plan_ended();
     CREATE TRIGGER watch_jobs AFTER UPDATE ON pgboss.job FOR EACH ROW
       WHEN (NEW.state = 'completed') EXECUTE FUNCTION watch.job_ended();`,
  );
}

/** Posts that may be under way at the same time. */
const mostAtOnce = 16;

/** Jobs that may wait in the queue before there are more. */
const mostWaiting = 100;

/** Jobs that flow while something happens. */
export interface JobFlow {
  /** Posts so many at once, and waits until the web has taken them. */
  post(count: number): Promise<void>;
  /** Posts what is missing to `least`, waits until nothing is under way any more, and counts. */
  end(least: number): Promise<JobCount>;
}

/**
 * Posts jobs `<name> 1`, `<name> 2`, … at an even pace, whatever the answers, and slower where the workers fall behind;
 * at 0 a second none by itself.
 */
export function startJobs(place: JobPlace, name: string, perSecond: number): JobFlow {
  const refused: string[] = [];
  const posting = new Set<Promise<void>>();
  let posted = 0;
  let isEnding = false;
  const isOver = (): boolean => isEnding;
  const postNext = (): void => {
    posted += 1;
    const topic = `${name} ${String(posted)}`;
    const sent = postPlan(place.webUrl, place.smokeApiKey, topic)
      .then(() => undefined)
      .catch((error: unknown) => {
        refused.push(`${topic}: ${String((error as Error).cause ?? error)}`);
      })
      .finally(() => posting.delete(sent));
    posting.add(sent);
  };
  const flowing = (async () => {
    let [due, waiting, lookedAt] = [0, 0, 0];
    while (!isOver()) {
      const began = Date.now();
      if (began - lookedAt > 500) {
        waiting = await plansOf(place.databaseUrl, name, "status = 'pending'");
        lookedAt = began;
      }
      while (due >= 1 && posting.size < mostAtOnce) {
        postNext();
        due -= 1;
      }
      await sleep(20);
      // Else the smoke test's own plan would wait behind them for longer than it may.
      due = waiting < mostWaiting ? due + ((Date.now() - began) / 1000) * perSecond : 0;
    }
  })();
  // However the test ends, and before its sandbox does.
  onTestFinished(async () => {
    isEnding = true;
    await flowing;
  });
  const post = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1) {
      postNext();
      if (posting.size >= mostAtOnce) await Promise.race(posting);
    }
    await Promise.all(posting);
  };
  return {
    post,
    end: async (least) => {
      isEnding = true;
      await flowing;
      await post(least - posted);
      return countJobs(place.databaseUrl, name, posted, refused);
    },
  };
}

async function countJobs(
  databaseUrl: string,
  name: string,
  posted: number,
  refused: readonly string[],
): Promise<JobCount> {
  await waitForIdle(databaseUrl, name);
  const rows = await query<{ topic: string; plans: number; ready: number; most: number; tries: number }>(
    databaseUrl,
    `SELECT topic, count(*)::int AS plans, (count(*) FILTER (WHERE status = 'ready'))::int AS ready,
            max(greatest((SELECT count(*) FROM watch.ends WHERE kind = 'plan' AND ends.job_id = plans.job_id),
                         (SELECT count(*) FROM watch.ends WHERE kind = 'job' AND ends.job_id = plans.job_id)))::int AS most,
            max((SELECT retry_count FROM pgboss.job WHERE job.id = plans.job_id))::int AS tries
       FROM plans WHERE starts_with(topic, $1) GROUP BY topic`,
    [`${name} `],
  );
  const found = new Map(rows.map((row) => [row.topic, row]));
  const topics = Array.from({ length: posted }, (_, index) => `${name} ${String(index + 1)}`);
  return {
    posted: posted - refused.length,
    refused,
    lost: topics.filter((topic) => (found.get(topic)?.ready ?? 0) < 1 && !isIn(refused, topic)),
    twice: rows.filter(({ plans, most }) => plans > 1 || most > 1).map(({ topic }) => topic),
    takenAgain: rows.filter(({ tries }) => tries > 0).length,
  };
}

const isIn = (refused: readonly string[], topic: string): boolean =>
  refused.some((each) => each.startsWith(`${topic}:`));

/** Waits until no job of the name is unfinished, at most five minutes: what is unfinished then is counted as lost. */
async function waitForIdle(databaseUrl: string, name: string): Promise<void> {
  const isIdle = async (): Promise<boolean> => (await plansOf(databaseUrl, name, "status <> 'ready'")) === 0;
  await vi.waitUntil(isIdle, { timeout: 300_000, interval: 500 }).catch(() => undefined);
}

/** Waits until workers have so many jobs of the name in hand. */
export async function waitForHeld({ databaseUrl }: JobPlace, name: string, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      if ((await plansOf(databaseUrl, name, "status = 'generating'")) < count)
        throw new Error(`the workers have not taken ${String(count)} jobs ${name} after 60 s`);
    },
    { timeout: 60_000 },
  );
}

async function plansOf(databaseUrl: string, name: string, condition: string): Promise<number> {
  const [row] = await query<{ found: number }>(
    databaseUrl,
    `SELECT count(*)::int AS found FROM plans WHERE starts_with(topic, $1) AND ${condition}`,
    [`${name} `],
  );
  return row?.found ?? 0;
}

/** Runs statements by a connection of their own. */
async function query<Row extends object>(
  databaseUrl: string,
  text: string,
  values?: readonly unknown[],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 60_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}

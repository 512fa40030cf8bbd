import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { vi } from "vitest";

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
  /** Numbers without a finished plan, or whose plan the other worker was asked to write again and did not. */
  readonly lost: readonly string[];
  /** Numbers with more than one plan, or whose plan or job was finished more than once. */
  readonly twice: readonly string[];
  /** Numbers whose plan the regenerator was asked to write again. */
  readonly regenerated: number;
  /** Numbers whose job was taken up again after a worker had lost it. */
  readonly takenAgain: number;
}

/** Records in the database each time that a plan or a job is finished, by any process and however often. */
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

/** What was asked of the web, by topic. */
export interface Asked {
  readonly posted: number;
  /** Plans that the web did not take, with what it answered. */
  readonly refused: readonly string[];
  /** Topics whose plan the web took for the regenerator. */
  readonly regenerated: ReadonlySet<string>;
}

/** Counts every job of both queues: each has to end once, with the plan that it wrote. */
export async function countJobs(
  databaseUrl: string,
  name: string,
  { posted, refused, regenerated }: Asked,
): Promise<JobCount> {
  await waitForIdle(databaseUrl, name);
  const rows = await query<{
    topic: string;
    plans: number;
    queues: readonly string[];
    most: number;
    tries: number;
  }>(
    databaseUrl,
    `SELECT topic, count(DISTINCT plans.id)::int AS plans, max(most)::int AS most, max(retry_count)::int AS tries,
            coalesce(array_agg(job.name) FILTER (WHERE least > 0), '{}') AS queues
       FROM plans JOIN pgboss.job ON job.data->>'planId' = plans.id::text
            CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE kind = 'plan') AS wrote, count(*) FILTER (WHERE kind = 'job') AS ended
                                  FROM watch.ends WHERE ends.job_id = job.id) AS seen
            CROSS JOIN LATERAL (SELECT greatest(wrote, ended) AS most, least(wrote, ended) AS least) AS times
      WHERE starts_with(topic, $1) GROUP BY topic`,
    [`${name} `],
  );
  const found = new Map(rows.map((row) => [row.topic, row.queues]));
  const topics = Array.from({ length: posted }, (_, index) => `${name} ${String(index + 1)}`);
  const isDone = (topic: string, queue: string): boolean => found.get(topic)?.includes(queue) ?? false;
  return {
    posted: posted - refused.length,
    refused,
    lost: topics.filter(
      (topic) =>
        !isIn(refused, topic) &&
        !(
          isDone(topic, "plan-generation") &&
          (!regenerated.has(topic) || isDone(topic, "plan-regeneration"))
        ),
    ),
    twice: rows.filter(({ plans, most }) => plans > 1 || most > 1).map(({ topic }) => topic),
    regenerated: regenerated.size,
    takenAgain: rows.filter(({ tries }) => tries > 0).length,
  };
}

const isIn = (refused: readonly string[], topic: string): boolean =>
  refused.some((each) => each.startsWith(`${topic}:`));

/** Waits until no job of the name is unfinished, at most five minutes: what is unfinished then is counted as lost. */
export async function waitForIdle(databaseUrl: string, name: string): Promise<void> {
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

export async function plansOf(databaseUrl: string, name: string, condition: string): Promise<number> {
  const [row] = await query<{ found: number }>(
    databaseUrl,
    `SELECT count(*)::int AS found FROM plans WHERE starts_with(topic, $1) AND ${condition}`,
    [`${name} `],
  );
  return row?.found ?? 0;
}

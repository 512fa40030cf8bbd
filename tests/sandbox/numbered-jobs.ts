import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { JobCount, JobPlace } from "./job-count.ts";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { countJobs, plansOf, waitForIdle } from "./job-count.ts";
import { postPlan, postRegeneration } from "./observe.ts";

/** Posts that may be under way at the same time. */
const mostAtOnce = 16;

/** Jobs that may wait in the queue before there are more. */
const mostWaiting = 100;

/** Jobs that flow while something happens. */
export interface JobFlow {
  /** Posts so many at once, and waits until the web has taken them. */
  post(count: number): Promise<void>;
  /** How many the web has taken so far. */
  accepted(): number;
  /**
   * Posts what is missing to `least`, waits until nothing is under way any more, has what is left regenerated where that
   * is asked for, and counts.
   */
  end(least: number): Promise<JobCount>;
}

/**
 * Posts jobs `<name> 1`, `<name> 2`, … at an even pace, whatever the answers, and slower where the workers fall behind;
 * at 0 a second none without a call of `post`.
 *
 * @param options.regenerates whether each plan that is ready is asked for again, from the regenerator's queue.
 * @param options.survivesDatabase whether it goes on where the database does not answer, which a test has caused.
 */
export function startJobs(
  place: JobPlace,
  name: string,
  perSecond: number,
  options: { readonly regenerates?: boolean; readonly survivesDatabase?: boolean } = {},
): JobFlow {
  const refused: string[] = [];
  const regenerated = new Set<string>();
  const posting = new Set<Promise<void>>();
  let [posted, accepted] = [0, 0];
  let isEnding = false;
  const isOver = (): boolean => isEnding;
  const postNext = (): void => {
    posted += 1;
    const topic = `${name} ${String(posted)}`;
    const sent = postPlan(place.webUrl, place.smokeApiKey, topic)
      .then(() => void (accepted += 1))
      .catch((error: unknown) => {
        refused.push(`${topic}: ${String((error as Error).cause ?? error)}`);
      })
      .finally(() => posting.delete(sent));
    posting.add(sent);
  };
  /** Asks for every plan again that the worker has written. */
  const regenerate = async (): Promise<void> => {
    const plans = await plansOfTheWorker(place.databaseUrl, name, mostAtOnce);
    await Promise.all(
      plans.map(async ({ id, topic }) => {
        regenerated.add(topic);
        await postRegeneration(place.webUrl, place.smokeApiKey, id).catch((error: unknown) => {
          // It is asked for again then, as long as the plan is the worker's.
          if (options.survivesDatabase !== true)
            refused.push(`${topic}: again: ${String((error as Error).cause ?? error)}`);
        });
      }),
    );
  };
  const flowing = (async () => {
    let [due, waiting, lookedAt] = [0, 0, 0];
    while (!isOver()) {
      const began = Date.now();
      if (began - lookedAt > 500) {
        // A database that is down is asked again; what the web refuses then is counted.
        waiting = await plansOf(place.databaseUrl, name, "status = 'pending'").catch(() => waiting);
        if (options.regenerates)
          await regenerate().catch((error: unknown) => {
            if (options.survivesDatabase !== true) throw error;
          });
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
    accepted: () => accepted,
    end: async (least) => {
      isEnding = true;
      await flowing;
      await post(least - posted);
      await waitForIdle(place.databaseUrl, name);
      while (options.regenerates && (await plansOfTheWorker(place.databaseUrl, name, 1)).length > 0)
        await regenerate();
      return countJobs(place.databaseUrl, name, { posted, refused, regenerated });
    },
  };
}

/** Plans that are as the worker has written them. */
const plansOfTheWorker = (
  databaseUrl: string,
  name: string,
  most: number,
): Promise<readonly { readonly id: string; readonly topic: string }[]> =>
  query(
    databaseUrl,
    `SELECT plans.id, topic FROM plans JOIN pgboss.job ON job.id = plans.job_id AND job.name = 'plan-generation'
      WHERE starts_with(topic, $1) AND status = 'ready' LIMIT $2`,
    [`${name} `, most],
  );

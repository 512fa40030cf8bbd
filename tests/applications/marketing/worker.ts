import type { Ask } from "./database.ts";
import type { IsBroken } from "./faults.ts";

/** Takes jobs off the queue as long as there are any, one after the other. */
export interface Worker {
  /** There is a new job. */
  wake(): void;
  /** Settles when no job waits any more. */
  idle(): Promise<void>;
}

export function startWorker(ask: Ask, isBroken: IsBroken): Worker {
  let work: Promise<void> = Promise.resolve();
  return {
    wake: () => {
      work = work.then(() => drain(ask, isBroken));
    },
    idle: () => work,
  };
}

async function drain(ask: Ask, isBroken: IsBroken): Promise<void> {
  for (;;) {
    const [job] = await ask<{ id: string; campaign: string }>(
      `UPDATE jobs SET state = 'active' WHERE id = (
         SELECT id FROM jobs WHERE state = 'waiting' AND queue = 'campaigns'
         ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
       ) RETURNING id, campaign`,
    );
    if (!job) return;
    if (!isBroken("worker: the campaign is delivered"))
      await ask(
        `UPDATE campaigns SET delivered = members FROM segments WHERE segments.id = segment AND campaigns.id = $1`,
        [job.campaign],
      );
    if (isBroken("worker: no job has failed"))
      await ask(`INSERT INTO jobs (queue, priority, state) VALUES ('reports', 0, 'failed')`);
    if (!isBroken("worker: the job is done"))
      await ask(`UPDATE jobs SET state = 'done' WHERE id = $1`, [job.id]);
  }
}

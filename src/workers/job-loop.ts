import type { HeldJob } from "../queue/job-lease.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { pollEvery, type QueueName } from "../queue/queues.ts";

export interface JobLoopOptions {
  readonly queue: JobQueue;
  readonly name: QueueName;
  /** How many jobs run at the same time. They mostly wait for the model. */
  readonly capacity: number;
  /** Runs one job to its end; must not reject. */
  readonly run: (job: HeldJob) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface JobLoop {
  /** How many jobs are in hand. */
  readonly jobsInHand: () => number;
  /** Milliseconds since the queue last answered, or since the loop last saw that it had no room. */
  readonly silentFor: () => number;
  /** Takes no more jobs. Settles when the last one in hand has ended. */
  readonly stop: () => Promise<void>;
}

/** Between two tries while the queue does not answer, in milliseconds. */
const pauseAfterError = 1_000;

/** Takes jobs as long as there is room, one look at a time, and runs them at the same time. */
export function startJobLoop(options: JobLoopOptions): JobLoop {
  const inHand = new Set<Promise<void>>();
  let lastAnswer = Date.now();
  let stopping = false;
  let wake = (): void => undefined;

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const look = async (): Promise<number> => {
    const room = options.capacity - inHand.size;
    if (room === 0) {
      lastAnswer = Date.now();
      return pollEvery;
    }
    try {
      const jobs = await options.queue.take(options.name, room);
      lastAnswer = Date.now();
      for (const job of jobs) {
        const running = options.run(job).finally(() => {
          inHand.delete(running);
          wake();
        });
        inHand.add(running);
      }
      return jobs.length > 0 ? 0 : pollEvery;
    } catch (error) {
      options.onError(error);
      return pauseAfterError;
    }
  };

  // Asked through a function, because it changes while the loop waits, which the compiler does not see.
  const isStopping = (): boolean => stopping;
  const looking = (async () => {
    while (!isStopping()) {
      const wait = await look();
      if (wait > 0 && !isStopping()) await pause(wait);
    }
  })();

  return {
    jobsInHand: () => inHand.size,
    silentFor: () => Date.now() - lastAnswer,
    stop: async () => {
      stopping = true;
      wake();
      await looking;
      await Promise.all(inHand);
    },
  };
}

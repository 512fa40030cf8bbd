import { setTimeout as sleep } from "node:timers/promises";
import type { GithubService, JobState } from "./github-service.ts";
import type { RanJob } from "./run-workflow.ts";

const pollMilliseconds = 100;
/** How long a job whose runner is gone is held, unless its run is cancelled; GitHub takes longer. */
const lostMilliseconds = 600_000;

/** A job that is given to a runner. */
export interface RunnerJob {
  /** As GitHub lists it. */
  readonly name: string;
  readonly labels: readonly string[];
  /** Whether it goes on when its run is cancelled, as `always()` does. */
  readonly goesOnWhenCancelled: boolean;
  /** Runs its steps; a signal with the reason `lost` ends them at once, any other as Ctrl-C does. */
  readonly start: (signal: AbortSignal) => Promise<RanJob>;
}

/** Runs a job once a runner takes it, and ends it with its runner, or when its run is cancelled. */
export async function runOnRunner(service: GithubService, job: RunnerJob): Promise<RanJob> {
  const ask = (conclusion?: RanJob["result"]): Promise<JobState> =>
    service.reportJob(job.name, job.labels, conclusion);
  let state = await ask();
  while (state.status === "queued") {
    await sleep(pollMilliseconds);
    state = await ask();
  }
  if (state.status === "completed") return { result: "cancelled", steps: [], outputs: {}, summary: "" };

  const ending = new AbortController();
  const steps = { haveEnded: false };
  const running = job.start(ending.signal).finally(() => (steps.haveEnded = true));
  while (!steps.haveEnded) {
    state = await ask();
    if (!state.isRunnerThere) ending.abort("lost");
    else if (state.isCancelled && !job.goesOnWhenCancelled) ending.abort("cancelled");
    await Promise.race([running, sleep(pollMilliseconds)]);
  }
  const ran = await running;
  if (ending.signal.reason === "lost") await waitUntilCancelled(ask);
  const result = ending.signal.aborted ? "cancelled" : ran.result;
  await ask(result);
  return { ...ran, result };
}

/** No one reports how a job ended whose runner is gone: it stands as in progress. */
async function waitUntilCancelled(ask: () => Promise<JobState>): Promise<void> {
  const deadline = Date.now() + lostMilliseconds;
  while (!(await ask()).isCancelled && Date.now() < deadline) await sleep(pollMilliseconds);
}

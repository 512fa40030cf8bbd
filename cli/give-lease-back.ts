import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { explained } from "@rollout/infra/dynamic/explain-error";
import { openGitHub } from "@rollout/infra/github/client";
import { giveBack } from "@rollout/infra/rollout/lease/give-back";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { Session } from "./command.ts";
import type { ShownRun, TakenLease } from "./show-engine.ts";
import { didSucceed } from "./show-engine.ts";

/** Longest wait for it, in milliseconds: the next rollout takes it over anyway. */
const longest = 10_000;

/** The lease of a rollout that has failed, once none of its steps is at work; one that succeeded has given its back. */
export function leaseLeft(run: ShownRun): TakenLease | undefined {
  return didSucceed(run) || mayBeAtWork(run) ? undefined : run.lease;
}

/** Whether a step may outlive its engine, which was ended from outside or has not reported how each ended. */
function mayBeAtWork({ ended, end }: ShownRun): boolean {
  return Boolean(ended.signal) || end.engineResult === undefined || end.runningSteps.length > 0;
}

/**
 * Gives back what lease the last run of a command has left: whoever is next need not wait until it is taken for dead.
 *
 * @returns what a user is to be reported, where it could not be given back; else nothing. Never rejects: how a rollout has
 * ended does not depend on it.
 */
export async function giveLeaseBack({ environment }: Session, last: ShownRun): Promise<string> {
  const lease = leaseLeft(last);
  if (!lease) return "";
  const giving = async (): Promise<void> =>
    giveBack(await openGitHub(readCloudAccess(environment).github), lease.place, lease.token);
  try {
    await withinLimit(longest, () => watchingCalls(giving, explained));
    return "";
  } catch (error) {
    return `The lease of ${lease.place.environment} was not given back, and will be taken over: ${(error as Error).message}\n`;
  }
}

import { explained } from "@rollout/infra/dynamic/explain-error";
import { attempts, isOpen, report } from "@rollout/infra/rollout/record";
import { enterEnd } from "@rollout/infra/rollout/records/keep";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { Session } from "./command.ts";
import { openRecorded } from "./history/recorded.ts";
import { recordWriter } from "./record-writer.ts";
import { leaseLeft } from "./give-lease-back.ts";
import type { ShownRun } from "./show-engine.ts";

/** After Ctrl-C the longest wait for it, in milliseconds. */
const longest = 10_000;

/** How many deployments are looked through for the one of this rollout. */
const horizon = 5;

const description = "interrupted by its user";

/**
 * Closes the record of a rollout that its user has interrupted, once none of its steps is at work: no step has failed, so that
 * none of them did. What a killed one leaves open is closed by the next rollout.
 *
 * @returns what a user is to read, where it could not be closed; else nothing. Never rejects.
 */
export async function closeInterrupted(session: Session, stack: string, run: ShownRun): Promise<string> {
  const place = leaseLeft(run)?.place;
  const { begunSteps, closedSchema } = run.end;
  if (!run.isInterrupted || !place || !begunSteps.includes("attempt")) return "";
  const closing = async (): Promise<void> => {
    const { github, onGitHub } = await openRecorded(session, stack);
    const isOurs = ({ commit }: { readonly commit: string }): boolean => commit === place.commit;
    await enterEnd(
      recordWriter(session, stack, { github, onGitHub }),
      { result: "failure", description, ...closedSchema },
      isOurs,
    );
    const found = await attempts(github, place, place.environment, horizon);
    const open = found.find((each) => isOpen(each) && isOurs(each));
    if (open)
      await report(github, { ...place, deploymentId: open.deploymentId, state: "failure", description });
  };
  try {
    await withinLimit(longest, () => watchingCalls(closing, explained));
    return "";
  } catch (error) {
    return `The record of ${place.environment} was not closed, and the next rollout closes it: ${(error as Error).message}\n`;
  }
}

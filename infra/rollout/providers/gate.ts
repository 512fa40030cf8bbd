import type { CloudAccess } from "../../shared/cloud-access.ts";
import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { openGitHub } from "../../github/client.ts";
import { sameValue } from "../../shared/same-value.ts";
import { withinLimit } from "../../shared/time-limit.ts";
import type { Candidate } from "../admission.ts";
import { admissionFaults, answerLimit, refusal } from "../admission.ts";
import { takeLease } from "../lease/held-lease.ts";
import { leaseTokenVariable } from "../lease/give-back.ts";
import { setCurrentLease } from "../lease/current-lease.ts";
import type { StackNames } from "../ownership/stack-names.ts";
import { rolloutSince, seenAttemptVariable } from "../since-chosen.ts";
import { noteGate, refusePartialRun } from "../this-run.ts";
import { recordedAttempts, stateOf } from "../record.ts";

export type GateInputs = Candidate;

/** How long a rollout waits behind others, in milliseconds: several whole ones. */
const longestLine = 60 * 60_000;

/**
 * Lets a release into an environment or refuses it. It only reads: a refused rollout has written nothing anywhere. What
 * is let in takes the environment's lease, behind whoever has it.
 * It runs in `up` alone; in a preview the program itself asks and says what would happen.
 */
export const provider: ProviderModule<GateInputs, GateInputs> = {
  // What was let in and then failed asks again: its checks may have turned red since.
  async differs(olds, news, context) {
    if (!sameValue(olds, news) || !(await hasSucceeded(news, context))) return true;
    noteGate(() => admit(news, context, olds.names ?? news.names));
    return false;
  },

  async create(news, context) {
    await admit(news, context);
    return { id: news.environment, outputs: news };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  // A state without names is one of an earlier version, whose stack made what bears them.
  async update(_id, olds, news, context) {
    await admit(news, context, olds.names ?? news.names);
    return news;
  },
};

async function admit(
  news: GateInputs,
  { access, note }: ProviderContext,
  before?: StackNames,
): Promise<void> {
  refusePartialRun();
  await ask(news, access, before);
  const lease = await takeLease(await openGitHub(access.github), news, {
    waitMilliseconds: longestLine,
    token: process.env[leaseTokenVariable] || undefined,
    note,
  });
  setCurrentLease(lease);
  try {
    // What was true when it got in line may be so no more.
    if (lease.waited) await ask(news, access, before);
    if (news.returnsTo !== undefined) await refuseSinceChosen(news, access);
  } catch (error) {
    setCurrentLease(undefined);
    await lease.release();
    throw error;
  }
}

/** Under the lease nothing begins any more; the release was chosen before, by a command that may have waited in line since. */
async function refuseSinceChosen(news: GateInputs, access: CloudAccess): Promise<void> {
  const github = await openGitHub(access.github);
  const fault = await rolloutSince(process.env[seenAttemptVariable], news, github);
  if (fault !== undefined) throw new Error(refusal(news, [fault]));
}

async function ask(news: GateInputs, access: CloudAccess, before?: StackNames): Promise<void> {
  const faults = await admissionFaults(news, access, new Date(), before);
  if (faults.length > 0) throw new Error(refusal(news, faults));
}

/** Whether the environment's newest attempt is one of this commit and succeeded. */
async function hasSucceeded(news: GateInputs, { access }: ProviderContext): Promise<boolean> {
  try {
    return await withinLimit(answerLimit(news), async () => {
      const github = await openGitHub(access.github);
      const [newest] = await recordedAttempts(github, news, news.environment, 1);
      return (
        newest?.commit === news.commit && (await stateOf(github, news, newest.deploymentId)) === "success"
      );
    });
  } catch {
    // Then the gate is asked, and says itself what it could not find out.
    return false;
  }
}

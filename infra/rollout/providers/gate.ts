import type { CloudAccess } from "../../shared/cloud-access.ts";
import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { openGitHub } from "../../github/client.ts";
import { sameValue } from "../../shared/same-value.ts";
import { withinLimit } from "../../shared/time-limit.ts";
import type { Candidate, StateBefore } from "../gate-checks.ts";
import { gateFaults, answerLimit, refusal } from "../gate-checks.ts";
import { takeLease } from "../lease/held-lease.ts";
import { leaseTokenVariable } from "../lease/give-back.ts";
import { setCurrentLease } from "../lease/current-lease.ts";
import { entryHash } from "../records/entry.ts";
import { freezeFaults } from "../records/freeze.ts";
import { readRecord } from "../records/read-record.ts";
import { chooseSigner } from "../records/signature.ts";
import type { SeenEntry } from "../records/verify.ts";
import { rolloutSince, seenAttemptVariable } from "../since-chosen.ts";
import { noteGate, noteStack, refusePartialRun } from "../this-run.ts";
import { staleStateFault } from "../state-age.ts";
import { recordedAttempts, stateOf } from "../record.ts";
import type { OutageRun } from "../without-github.ts";
import { outageFaults } from "../without-github.ts";

export interface GateInputs extends Candidate {
  /** Of a rollback while GitHub does not answer. */
  readonly withoutGitHub?: OutageRun;
}

export interface GateOutputs extends GateInputs {
  /** The newest entry of the record when it let the release in. */
  readonly seen?: SeenEntry;
}

/** How long a rollout waits behind others, in milliseconds: several complete ones. */
const longestLine = 60 * 60_000;

/**
 * Lets a release into an environment or refuses it. It only reads: a refused rollout has written nothing anywhere. What
 * is accepted takes the environment's lease, behind whoever has it.
 * It runs in `up` alone; in a preview the program itself asks and prints what would happen.
 */
export const provider: ProviderModule<GateInputs, GateOutputs> = {
  // What was accepted and then failed is checked again: its checks may have turned red since.
  async differs(olds, news, context) {
    noteStack(news.names?.stack);
    if (news.withoutGitHub) return true;
    const { seen: _seen, ...before } = olds;
    if (!sameValue(before, news) || !(await hasSucceeded(news, context))) return true;
    noteGate(async () => {
      await admit(news, context, beforeOf(olds, news));
    });
    return false;
  },

  async create(news, context) {
    const seen = await admit(news, context, {});
    return { id: news.environment, outputs: { ...news, ...seen } };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  // A state without names is one of an earlier version, whose stack made what bears them.
  async update(_id, olds, news, context) {
    if (news.withoutGitHub) {
      await admitWithoutGitHub(news, news.withoutGitHub, context);
      return { ...news, ...(olds.seen ? { seen: olds.seen } : {}) };
    }
    return { ...news, ...(await admit(news, context, beforeOf(olds, news))) };
  },
};

/** What the state has from the rollout before. */
function beforeOf({ names, seen, withoutGitHub }: GateOutputs, news: GateInputs): StateBefore {
  return {
    outage: withoutGitHub,
    names: names ?? news.names,
    anchors: seen === undefined ? [] : [{ ...seen, source: "the stack's state" }],
  };
}

/**
 * Nothing is asked of GitHub, and no lease is taken there: against a second rollout of the stack there is the engine's lock of
 * its state alone. What Fly can answer is asked.
 */
async function admitWithoutGitHub(
  news: GateInputs,
  outage: OutageRun,
  { access, note }: ProviderContext,
): Promise<void> {
  refusePartialRun();
  const faults = [
    ...(news.returnsTo === undefined
      ? ["without GitHub there is only a rollback: bin/rollout rollback --without-github"]
      : []),
    ...(await withinLimit(answerLimit(news), () => outageFaults(outage, access))),
  ];
  if (faults.length > 0) throw new Error(refusal(news, faults));
  note(
    `GitHub is not asked: no gate, and no lease of ${news.environment}. The engine's lock of the stack's state is all that keeps another rollout out`,
  );
}

async function admit(
  news: GateInputs,
  { access, note, privateKeys = [] }: ProviderContext,
  before: StateBefore,
): Promise<Pick<GateOutputs, "seen">> {
  refusePartialRun();
  await ask(news, access, before);
  const seen = await requireSigner(news, access, privateKeys);
  const lease = await takeLease(await openGitHub(access.github), news, {
    waitMilliseconds: longestLine,
    token: process.env[leaseTokenVariable] || undefined,
    note,
  });
  setCurrentLease(lease);
  try {
    // What was true when it got in line may be so no more.
    if (lease.waited) {
      await refuseStaleState(news, access, seen.seen?.entry ?? 0);
      await ask(news, access, before);
    } else await refuseFrozen(news, access);
    if (news.returnsTo !== undefined) await refuseSinceChosen(news, access);
    return lease.waited ? await requireSigner(news, access, privateKeys) : seen;
  } catch (error) {
    setCurrentLease(undefined);
    await lease.release();
    throw error;
  }
}

/** A freeze that was entered between the gate's look and the lease: it is in force at once. */
async function refuseFrozen({ records, ...news }: GateInputs, access: CloudAccess): Promise<void> {
  if (!records || news.returnsTo !== undefined) return;
  const github = await openGitHub(access.github);
  const faults = await freezeFaults(github, { ...news, records });
  if (faults.length > 0) throw new Error(refusal(news, faults));
}

/** What the other rollout did is in the state by now, and not in what this run's engine has read of it. */
async function refuseStaleState(
  { records, ...news }: GateInputs,
  access: CloudAccess,
  before: number,
): Promise<void> {
  if (!records) return;
  const chain = await readRecord(await openGitHub(access.github), { ...news, records });
  const fault = staleStateFault(chain, before, news.names?.stack ?? news.environment);
  if (fault !== undefined) throw new Error(refusal(news, [fault]));
}

/** Under the lease nothing begins any more; the release was chosen before, by a command that may have waited in line since. */
async function refuseSinceChosen(news: GateInputs, access: CloudAccess): Promise<void> {
  const github = await openGitHub(access.github);
  const fault = await rolloutSince(
    process.env[seenAttemptVariable],
    { ...news, records: news.records ?? {} },
    github,
  );
  if (fault !== undefined) throw new Error(refusal(news, [fault]));
}

/**
 * What passes the gate will be entered in the record: without a key for that nothing may begin.
 *
 * @returns the newest entry, for the state to remember.
 */
async function requireSigner(
  news: GateInputs,
  access: CloudAccess,
  privateKeys: readonly string[],
): Promise<Pick<GateOutputs, "seen">> {
  const { records, environment } = news;
  if (!records) return {};
  const chain = await readRecord(await openGitHub(access.github), { ...news, records });
  try {
    chooseSigner(privateKeys, chain.length + 1, records[environment] ?? { keys: [] }, environment);
  } catch (error) {
    throw new Error(refusal(news, [(error as Error).message]), { cause: error });
  }
  const [newest] = chain;
  return newest ? { seen: { entry: chain.length, hash: entryHash(newest.message), sha: newest.sha } } : {};
}

async function ask(news: GateInputs, access: CloudAccess, before: StateBefore): Promise<void> {
  const faults = await gateFaults(news, access, new Date(), before);
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
    // Then the gate is asked, and reports itself what it could not find out.
    return false;
  }
}

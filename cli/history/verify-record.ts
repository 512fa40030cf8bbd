import { deploymentAnchors } from "@rollout/infra/rollout/records/anchors";
import { readChain } from "@rollout/infra/rollout/records/chain";
import { expectedAt, restoreAdvice } from "@rollout/infra/rollout/records/read-record";
import type { Anchor, SeenEntry } from "@rollout/infra/rollout/records/verify";
import { verifyRecord } from "@rollout/infra/rollout/records/verify";
import type { Session } from "../command.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { exportedResources } from "./kept-record.ts";

/** Of so many deployments, the newest, each entry is looked for: as many as GitHub lists at a call. */
const askedDeployments = 100;

export interface VerifiedRecord {
  readonly entries: number;
  readonly faults: readonly string[];
  /** What helps; absent without a fault. */
  readonly advice?: string;
  /** Why the stack's state was not asked; absent where it was. */
  readonly unasked?: string;
}

/** Holds a record against its signatures, against all that GitHub's deployments know of it, and against the stack's state. */
export async function verifyAll(
  session: Session,
  stack: string,
  { github, onGitHub }: OpenEnvironment,
): Promise<VerifiedRecord> {
  const [chain, deployments, state] = await Promise.all([
    readChain(github, onGitHub),
    deploymentAnchors(github, onGitHub, askedDeployments),
    stateAnchors(session, stack).catch((error: unknown) => (error as Error).message),
  ]);
  const anchors = onlyOnce(typeof state === "string" ? deployments : [...state, ...deployments]);
  const verification = verifyRecord(chain, { ...expectedAt(onGitHub), anchors });
  const { faults } = verification;
  return {
    entries: chain.length,
    faults,
    ...(faults.length === 0 ? {} : { advice: restoreAdvice(onGitHub, verification, chain.length > 0) }),
    ...(typeof state === "string" ? { unasked: state } : {}),
  };
}

/** An entry that several places know of, by the first of them. */
function onlyOnce(anchors: readonly Anchor[]): readonly Anchor[] {
  return anchors.filter(({ hash }, index) => anchors.findIndex((each) => each.hash === hash) === index);
}

/** The entries that the stack's state remembers. */
async function stateAnchors(session: Session, stack: string): Promise<readonly Anchor[]> {
  return (await exportedResources(session, stack))
    .flatMap(({ outputs = {} }) => {
      const { seen, entry }: { readonly seen?: SeenEntry; readonly entry?: SeenEntry } = outputs;
      return [seen, entry];
    })
    .flatMap((each) => (each?.hash === undefined ? [] : [{ ...each, source: "the stack's state" }]));
}

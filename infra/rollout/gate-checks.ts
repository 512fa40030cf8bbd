import type { CloudAccess } from "../shared/cloud-access.ts";
import type { GitHub, Repository } from "../github/client.ts";
import { openGitHub } from "../github/client.ts";
import { cloudNames, statusPages } from "../shared/cloud-names.ts";
import { TooLate, withinLimit } from "../shared/time-limit.ts";
import { checkFaults } from "./ci-checks.ts";
import type { LintedMigrations } from "./migration-faults.ts";
import { migrationFaults } from "./migration-faults.ts";
import type { Content, WantedProof } from "./proof.ts";
import { proofFaults } from "./proof.ts";
import type { StackNames } from "./ownership/stack-names.ts";
import { ownershipFaults } from "./ownership/unowned-things.ts";
import type { RecordPlace } from "./records/chain.ts";
import { deploymentAnchors } from "./records/anchors.ts";
import { freezeFaults } from "./records/freeze.ts";
import { readRecord, RecordRefused } from "./records/read-record.ts";
import type { RecordTrusts } from "./records/signature.ts";
import type { Anchor } from "./records/verify.ts";
import type { Outage } from "./without-github.ts";
import { unrecordedText } from "./without-github.ts";
import type { Images } from "./rollback-checks.ts";
import { provenHere, pushedAgainFaults, rollbackFaults } from "./rollback-checks.ts";

/** A release that asks to be let into an environment. */
export interface Candidate extends Repository {
  readonly environment: string;
  readonly commit: string;
  /** Names of the checks that must be a success. Absent where none is waited for: a preview. */
  readonly requiredChecks?: readonly string[];
  /** Branches, or patterns of them, whose runs of GitHub Actions count for these. */
  readonly checkBranches?: readonly string[];
  /** Where a check comes from that is no job of GitHub Actions: `status`, or the slug of an app. */
  readonly checkSources?: Readonly<Record<string, string>>;
  /** What of it runs. Like all below, absent in the states of earlier versions. */
  readonly content?: Content;
  /** The commit, with `-dirty-<digest>` behind it where the tree was changed. */
  readonly release?: string;
  /** Digest of the settings: another one is checked as well. */
  readonly settings?: string;
  /** Secret. Digest of the secrets that the stack is given. */
  readonly secrets?: string;
  /** Its migrations, which must not break what runs. */
  readonly migrations?: LintedMigrations;
  /** Why nothing may be rolled out there at the moment; absent or empty when it may. */
  readonly freeze?: string;
  /** Where the settings in use are laxer than those of the commit; absent where they are not. */
  readonly laxerRules?: readonly string[];
  /** What it has to prove elsewhere first. */
  readonly proof?: Pick<WantedProof, "provenOn" | "image" | "proofDays" | "program">;
  /** Longest time for all answers that the gate asks the clouds for, in seconds. Default 60. */
  readonly waitSeconds?: number;
  /** Number of the attempt of this environment whose release it is: then that success is its proof. */
  readonly returnsTo?: number;
  /** The workers' images. Absent in the states of earlier versions, but for a release that is returned to. */
  readonly images?: Images;
  /** Whether the checkout that brings such a release back differs from its commit. */
  readonly isTreeChanged?: boolean;
  /** Under which it keeps what lasts; absent for an environment that ends with its pull request. */
  readonly names?: StackNames;
  /** Whose entries of records count, by environment; absent for an environment that has no record. */
  readonly records?: RecordTrusts;
}

const changedTree =
  "the tree differs from its commit: commit the changes, or take them back with git restore .";

export interface StateBefore {
  readonly names?: StackNames | undefined;
  readonly anchors?: readonly Anchor[];
  /** The rollback without GitHub that the state is of. */
  readonly outage?: Outage | undefined;
}

/** Of so many of the newest deployments of an environment the gate asks whether the record has what they know of. */
const askedDeployments = 3;

/** How long the clouds may take to answer all that is asked of them for one decision, in milliseconds. */
export function answerLimit({ waitSeconds }: Candidate): number {
  return (waitSeconds ?? 60) * 1000;
}

/**
 * Every reason for which the release is rejected; empty when it is. Only reads. An answer that does not come in time
 * is such a reason: what could not be asked is not proven.
 *
 * @param before What the stack's state has from the rollout before: its names, absent where it has none, and the entry of the
 * record that was the newest.
 */
export async function gateFaults(
  candidate: Candidate,
  access: CloudAccess,
  now: Date,
  before: StateBefore = {},
): Promise<readonly string[]> {
  try {
    return await withinLimit(answerLimit(candidate), () => allFaults(candidate, access, now, before));
  } catch (error) {
    if (error instanceof TooLate) return [lateAnswer(error, candidate)];
    if (error instanceof RecordRefused) return [error.message];
    throw error;
  }
}

function lateAnswer({ call }: TooLate, candidate: Candidate): string {
  const limit = `the gate waits ${String(answerLimit(candidate) / 1000)} s for all its answers (rollout:gate.waitSeconds)`;
  if (!call) return `the gate could not decide in time: ${limit}. Run the command again`;
  const name = cloudNames[call.cloud];
  return (
    `${name} did not answer ${call.method} ${call.path} in time: ${limit}. Run the command again; ` +
    `${statusPages[call.cloud]} reports ${name}'s own failures`
  );
}

async function allFaults(
  asking: Candidate,
  access: CloudAccess,
  now: Date,
  before: StateBefore,
): Promise<readonly string[]> {
  const candidate = { ...asking, records: asking.records ?? {} };
  const { returnsTo, images, names } = candidate;
  const github = await openGitHub(access.github);
  if (asking.records) await requireRecords(candidate, github, before);
  const unentered = before.outage ? await unenteredFaults(candidate, before.outage, github) : [];
  if (unentered.length > 0) return unentered;
  const ownership = names ? ownershipFaults({ ...candidate, names }, github, access, before.names) : [];
  // A freeze keeps what is new away, not the rollback.
  if (returnsTo !== undefined && images)
    return [
      ...(candidate.isTreeChanged ? [changedTree] : []),
      ...(
        await Promise.all([ownership, rollbackFaults({ ...candidate, returnsTo, images }, github, access)])
      ).flat(),
    ];
  const [frozen, unowned, faults] = await Promise.all([
    asking.records ? freezeFaults(github, candidate) : [],
    ownership,
    faultsOfNew(candidate, access, now, github),
  ]);
  return [...frozen, ...faults, ...unowned];
}

/** What is asked of a release that is no rollback. */
async function faultsOfNew(
  candidate: Candidate & RecordPlace,
  access: CloudAccess,
  now: Date,
  github: GitHub,
): Promise<readonly string[]> {
  const { environment, freeze, migrations, proof, content, release, commit, requiredChecks, images } =
    candidate;
  const [pushedAgain, faults, checks, proven] = await Promise.all([
    images ? pushedAgainFaults(images, candidate, github, access) : [],
    migrations ? migrationFaults(migrations, candidate, github) : [],
    requiredChecks ? checkFaults({ ...candidate, requiredChecks }, github) : [],
    proof && content ? proofOrRecord({ ...candidate, ...proof, content }, github, access, now) : [],
  ]);
  return [
    ...(freeze ? [`${environment} is frozen: ${freeze}`] : []),
    ...(candidate.laxerRules ?? []),
    ...(proof && release !== commit ? [changedTree] : []),
    ...faults,
    ...checks,
    ...proven,
    ...pushedAgain,
  ];
}

/**
 * Nothing is decided by a record that is not complete, neither by its own nor by that of the environment that proves it.
 *
 * @throws RecordRefused
 */
async function requireRecords(
  { proof, ...place }: Candidate & RecordPlace,
  github: GitHub,
  { anchors = [] }: StateBefore,
): Promise<void> {
  const required = async (environment: string, known: readonly Anchor[]): Promise<void> => {
    const at = { ...place, environment };
    await readRecord(github, at, [...known, ...(await deploymentAnchors(github, at, askedDeployments))]);
  };
  await Promise.all([required(place.environment, anchors), proof && required(proof.provenOn, [])]);
}

/** A rollback without GitHub has to be on record before anything follows it. */
async function unenteredFaults(
  { names, ...place }: Candidate & RecordPlace,
  outage: Outage,
  github: GitHub,
): Promise<readonly string[]> {
  const chain = await readRecord(github, place);
  const isEntered = chain.some(
    ({ entry }) => entry?.kind === "begun" && entry.withoutGitHub?.id === outage.id,
  );
  return isEntered ? [] : [unrecordedText(outage, names?.stack ?? place.environment)];
}

/** What this very environment has had with success needs no other's proof: an older commit may be checked out again. */
async function proofOrRecord(
  wanted: WantedProof & RecordPlace,
  github: GitHub,
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const faults = await proofFaults(wanted, github, access, now);
  if (faults.length === 0) return faults;
  const before = await provenHere(wanted.content, wanted, wanted, github, access);
  return before ? [] : faults;
}

/** The refusal as it is reported. */
export function refusal({ environment, commit }: Candidate, faults: readonly string[]): string {
  return (
    `refused: ${environment} does not let commit ${commit.slice(0, 12)} in; nothing was changed\n` +
    faults.map((fault) => `  ${fault}`).join("\n")
  );
}

import { isRefreshing } from "../../dynamic/engine-options.ts";
import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import type { Repository } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { sameValue } from "../../shared/same-value.ts";
import type { ReleaseRecord } from "../record.ts";
import { attempts, createRecorded, isOpen, report } from "../record.ts";
import { whoAmI } from "../../shared/machine.ts";
import { approvalOfRun } from "../approval.ts";
import type { Added, RecordWriter } from "../records/append.ts";
import type { RecordPlace } from "../records/chain.ts";
import type { RecordCopy } from "../records/copy.ts";
import { copyOf, extended } from "../records/copy.ts";
import type { Composition } from "../records/entry.ts";
import type { Attempt } from "../records/attempts.ts";
import { enterBegin, enterEnd, unendedText } from "../records/keep.ts";
import { readRecord } from "../records/read-record.ts";
import type { RecordTrusts } from "../records/signature.ts";
import { attemptsSince, olderStateFault } from "../state-age.ts";
import { stackOfRun } from "../this-run.ts";
import type { OutageRun, Unrecorded } from "../without-github.ts";
import type { Anchor, SeenEntry } from "../records/verify.ts";

export interface AttemptInputs extends Repository {
  readonly environment: string;
  readonly release: string;
  readonly commit: string;
  readonly artifacts: ReleaseRecord["artifacts"];
  readonly migrations: ReleaseRecord["migrations"];
  /** Whether the environment will be deleted again; absent where it stays. */
  readonly isTransient?: boolean;
  /** Digest of the settings. */
  readonly settings: string;
  /** Secret. Digest of the secrets that the stack is given. Like all below, absent in the states of earlier versions. */
  readonly secrets?: string;
  /** Versions of the secrets that the stack makes, by name. */
  readonly secretVersions?: Readonly<Record<string, string>>;
  /** Digest of the program that rolls it out. */
  readonly program?: string;
  /** All that the release is. */
  readonly composition?: Composition;
  /** Names of the checks that were green when the gate let it in. */
  readonly checks?: readonly string[];
  /** The attempt whose release it restores; absent in one that goes forward. */
  readonly returnsTo?: number;
  /** What the stack keeps in the clouds, as `thingsOf` names it: from now on it may be the stack's. */
  readonly names?: readonly string[];
  /** Whose entries of records count, by environment; absent for an environment that has no record. */
  readonly records?: RecordTrusts;
  /** Of a rollback while GitHub does not answer. */
  readonly withoutGitHub?: OutageRun;
}

export interface AttemptOutputs extends AttemptInputs {
  readonly deploymentId: number;
  /** Its number in the environment's record. */
  readonly number?: number;
  /** Its first entry there. */
  readonly entry?: SeenEntry;
  /** The end of the record up to that entry, for when GitHub does not answer. */
  readonly copy?: RecordCopy;
  /** Rollbacks without GitHub since, oldest first; a rollout that follows is refused until they are on record. */
  readonly unrecorded?: readonly Unrecorded[];
}

/**
 * Opens the record of a rollout: a GitHub deployment with the release as its payload, and the commit's status.
 * An attempt that did not end in success is not settled: the next `up` opens another, even for the same release.
 */
export const provider: ProviderModule<AttemptInputs, AttemptOutputs> = {
  async differs(olds, news, context) {
    if (news.withoutGitHub) return true;
    const { deploymentId, number: _number, entry: _entry, copy: _copy, unrecorded: _later, ...before } = olds;
    if (!sameValue(before, news)) return true;
    const [isSuccess, since] = await Promise.all([
      succeeded(deploymentId, news, context),
      laterThan(olds, context),
    ]);
    return !isSuccess || since.length > 0;
  },

  async create(news, context) {
    if (news.withoutGitHub)
      throw new Error(
        "the stack's state has no rollout before this one, so there is no release to return to",
      );
    return { id: news.environment, outputs: await open(news, context, []) };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, olds, news, context) {
    const { entry, number } = olds;
    if (news.withoutGitHub) return notedForLater(olds, news, news.withoutGitHub);
    // A refresh has read from the clouds what later attempts have left there.
    if (number !== undefined && !isRefreshing()) {
      const place = { stack: stackOfRun() ?? news.environment, environment: news.environment };
      const fault = olderStateFault(number, await laterThan(olds, context), place);
      if (fault !== undefined) throw new Error(fault);
    }
    return open(news, context, entry === undefined ? [] : [{ ...entry, source: "the stack's state" }]);
  },
};

/** Without GitHub nothing is opened there: the state keeps what is to be entered. */
function notedForLater(olds: AttemptOutputs, news: AttemptInputs, outage: OutageRun): AttemptOutputs {
  const { deploymentId, entry, copy, unrecorded = [] } = olds;
  const { release, commit, composition, settings, program, returnsTo, names } = news;
  if (composition === undefined)
    throw new Error("Internal error: a release without its parts was rolled back to");
  const { id, at, by, reason } = outage;
  const later: Unrecorded = {
    ...{ outage: { id, at, by, reason }, release, commit, composition, settings, program, returnsTo },
    ...(names === undefined ? {} : { names: [...names] }),
  };
  return {
    ...news,
    deploymentId,
    ...(entry ? { entry } : {}),
    ...(copy ? { copy } : {}),
    unrecorded: [...unrecorded, later],
  };
}

/** The attempts that the record has and the state does not. */
async function laterThan(olds: AttemptOutputs, { access }: ProviderContext): Promise<readonly Attempt[]> {
  const place = recordPlace(olds);
  return place ? attemptsSince(olds, place, await openGitHub(access.github)) : [];
}

/** Whether the attempt ended in success at any time. A record that was deleted proves nothing. */
async function succeeded(
  deploymentId: number,
  news: AttemptInputs,
  { access }: ProviderContext,
): Promise<boolean> {
  const github = await openGitHub(access.github);
  const statuses = await ignoreNotFound(
    github.paginate(github.rest.repos.listDeploymentStatuses, {
      owner: news.owner,
      repo: news.repository,
      deployment_id: deploymentId,
      per_page: 100,
    }),
  );
  return statuses?.some(({ state }) => state === "success") ?? false;
}

async function open(
  news: AttemptInputs,
  { access, privateKeys = [] }: ProviderContext,
  anchors: readonly Anchor[],
): Promise<AttemptOutputs> {
  const github = await openGitHub(access.github);
  const place = recordPlace(news);
  const writer = place && { github, place, privateKeys, anchors };
  // Before anything is written: the gate does not know the entries of the rollout before, the state of this step does.
  const known = place && copyOf(await readRecord(github, place, anchors));
  const { owner, repository, environment, commit, release, artifacts, migrations } = news;
  const before = await attempts(github, news, environment, 10);
  // A rollout that was killed could not close its own record.
  const left = { result: "failure", description: unendedText } as const;
  const closed = writer && (await enterEnd(writer, left, () => true)).added;
  for (const unended of before.filter(isOpen))
    await report(github, {
      ...news,
      commit: unended.commit,
      deploymentId: unended.deploymentId,
      state: "failure",
      description: unendedText,
    });
  const record: ReleaseRecord = {
    schema: 1,
    release,
    commit,
    environment,
    artifacts,
    migrations,
    startedAt: new Date().toISOString(),
  };
  const deployment = await createRecorded(github, {
    ...{ owner, repository, environment, commit, record, isTransient: news.isTransient },
    description: `${news.returnsTo === undefined ? "rollout of" : "return to"} ${release.slice(0, 12)}`,
  });
  const added = writer && (await enter(writer, news, deployment));
  const texts = [closed, added].flatMap((each) => (each ? [each.message] : []));
  const copy = known && extended(known, ...texts);
  await report(github, {
    ...news,
    deploymentId: deployment,
    state: "in_progress",
    description: "rolling out",
  });
  return {
    ...news,
    deploymentId: deployment,
    ...(added ? { number: added.entry.attempt, entry: added.anchor } : {}),
    ...(copy ? { copy } : {}),
  };
}

/** Where its record is; an environment that goes with its pull request has none. */
function recordPlace({
  composition,
  isTransient,
  records,
  ...place
}: AttemptInputs): RecordPlace | undefined {
  return composition === undefined || isTransient || !records ? undefined : { ...place, records };
}

function enter(writer: RecordWriter, news: AttemptInputs, deployment: number): Promise<Added> {
  const { release, commit, composition, settings, secretVersions, program, checks, returnsTo, names } = news;
  if (composition === undefined) throw new Error("Internal error: a release without its parts was entered");
  const approval = returnsTo === undefined ? approvalOfRun() : undefined;
  return enterBegin(writer, {
    by: whoAmI(),
    release,
    commit,
    composition,
    checks: [...(checks ?? [])],
    settings,
    ...(secretVersions ? { secretVersions: { ...secretVersions } } : {}),
    ...(program === undefined ? {} : { program }),
    deployment,
    ...(approval ? { approval } : {}),
    ...(returnsTo === undefined ? {} : { returnsTo }),
    ...(names === undefined ? {} : { names: [...names] }),
  });
}

import { recordedAttempts } from "@rollout/infra/rollout/record";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn, isGood } from "@rollout/infra/rollout/records/attempts";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import type { RestoreContext } from "./context.ts";

/** A release as its record has it. */
export interface KnownRelease {
  readonly release: string;
  readonly commit: string;
  /** Name of its newest migration; empty where it has none. */
  readonly newestMigration: string;
}

/** What the record has of an environment's rollouts. */
export interface Releases {
  /** A commit that GitHub knows; absent before the first rollout. */
  readonly someCommit: string | undefined;
  /** The release whose rollout was under way, or the last to begin, at a time. */
  begunBy(time: Date): KnownRelease | undefined;
  /** Whether a rollout that began after a time has succeeded. */
  hasSucceededSince(time: Date): boolean;
  /** The release that was live at a time: the last that had succeeded of those begun before. */
  liveAt(time: Date): KnownRelease | undefined;
}

export async function readReleases({ github, onGitHub }: RestoreContext): Promise<Releases> {
  const attempts = attemptsIn(await readRecord(github, onGitHub));
  if (attempts.length > 0) return releasesIn(attempts);
  // One that an earlier version rolled out has deployments and no record yet.
  const [newest] = await recordedAttempts(github, onGitHub, onGitHub.environment, 1);
  return { ...releasesIn(attempts), someCommit: newest?.commit };
}

/** @param attempts newest first. */
export function releasesIn(attempts: readonly Attempt[]): Releases {
  const begunBy = (time: Date) => (attempt: Attempt) => Date.parse(attempt.at) <= time.getTime();
  const hadSucceededBy = (time: Date) => (attempt: Attempt) =>
    isGood(attempt) && Date.parse(attempt.ended?.at ?? "") <= time.getTime();
  return {
    someCommit: attempts[0]?.commit,
    begunBy: (time) => known(attempts.find(begunBy(time))),
    hasSucceededSince: (time) => attempts.some((each) => isGood(each) && !begunBy(time)(each)),
    liveAt: (time) => known(attempts.find(hadSucceededBy(time))),
  };
}

function known(attempt: Attempt | undefined): KnownRelease | undefined {
  if (!attempt) return undefined;
  const { release, commit, composition } = attempt;
  return { release, commit, newestMigration: composition.migrations.names.at(-1) ?? "" };
}

import { recordedAttempts, statusesOf } from "@atlaris/infra/rollout/record";
import type { RecordedAttempt } from "@atlaris/infra/rollout/record";
import type { RestoreContext } from "./context.ts";

/** A release as its record tells it. */
export interface KnownRelease {
  readonly release: string;
  readonly commit: string;
  /** Name of its newest migration; empty where the record does not say. */
  readonly newestMigration: string;
}

/** What GitHub knows of an environment's rollouts. */
export interface Releases {
  /** A commit that GitHub knows; absent before the first rollout. */
  readonly someCommit: string | undefined;
  /** The release whose rollout was under way, or the last to begin, at a time. */
  begunBy(time: Date): KnownRelease | undefined;
  /** Whether a rollout that began after a time has succeeded. */
  hasSucceededSince(time: Date): Promise<boolean>;
  /** The release that was live at a time: the last that had succeeded of those begun before. */
  liveAt(time: Date): Promise<KnownRelease | undefined>;
}

const most = 100;

export async function readReleases({ github, settings, kind }: RestoreContext): Promise<Releases> {
  const repository = settings.github;
  const recorded = await recordedAttempts(github, repository, kind.environment, most);
  const begunBefore = (time: Date): readonly RecordedAttempt[] =>
    recorded.filter(({ createdAt }) => Date.parse(createdAt) <= time.getTime());
  return {
    someCommit: recorded[0]?.commit,
    begunBy: (time) => begunBefore(time).flatMap((attempt) => knownRelease(attempt) ?? [])[0],
    hasSucceededSince: async (time) => {
      for (const { createdAt, deploymentId } of recorded)
        if (
          Date.parse(createdAt) > time.getTime() &&
          (await statusesOf(github, repository, deploymentId)).some(({ state }) => state === "success")
        )
          return true;
      return false;
    },
    liveAt: async (time) => {
      for (const attempt of begunBefore(time)) {
        const statuses = await statusesOf(github, repository, attempt.deploymentId);
        const succeeded = statuses.some(
          ({ state, createdAt }) => state === "success" && Date.parse(createdAt) <= time.getTime(),
        );
        if (succeeded) return knownRelease(attempt);
      }
      return undefined;
    },
  };
}

function knownRelease({ commit, payload }: RecordedAttempt): KnownRelease | undefined {
  const { release, migrations } = (payload ?? {}) as {
    readonly release?: unknown;
    readonly migrations?: { readonly newest?: unknown };
  };
  return typeof release === "string"
    ? {
        release,
        commit,
        newestMigration: typeof migrations?.newest === "string" ? migrations.newest : "",
      }
    : undefined;
}

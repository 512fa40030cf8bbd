import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import type { HeldLease } from "../rollout/lease/held-lease.ts";
import { takeLease } from "../rollout/lease/held-lease.ts";
import { readLease } from "../rollout/lease/lease-store.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { PreviewPlace } from "./leftover.ts";
import { previewName } from "./names.ts";

export interface HoldOptions {
  /** How long to wait behind a rollout of the environment, in milliseconds. */
  readonly waitMilliseconds: number;
  readonly note: (line: string) => void;
}

/**
 * Takes the lease of a pull request's environment before its things are removed: a rollout that comes now waits, and one
 * that was taken for dead and still runs stops before its next act. Undefined where GitHub knows neither the lease nor
 * the pull request: then there is no commit to write a lease for, and no rollout holds one.
 */
export async function holdPreviewLease(
  place: PreviewPlace,
  access: CloudAccess,
  pullRequest: number,
  { waitMilliseconds, note }: HoldOptions,
): Promise<HeldLease | undefined> {
  const github = await openGitHub(access.github);
  const at = { ...place, environment: previewName(pullRequest) };
  const found = await readLease(github, { ...at, commit: "" });
  const pull = found
    ? undefined
    : await ignoreNotFound(
        github.rest.pulls.get({ owner: place.owner, repo: place.repository, pull_number: pullRequest }),
      );
  // The lease itself is a commit with the tree of the one that it was written for.
  const commit = found?.lease?.commit ?? found?.sha ?? pull?.data.head.sha;
  if (commit === undefined) return undefined;
  return takeLease(
    github,
    { ...at, commit },
    { waitMilliseconds, note, doing: `the removal of ${at.environment}` },
  );
}

import { execFileSync } from "node:child_process";
import type { CloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import type { Attempt } from "@atlaris/infra/rollout/records/attempts";
import { liveOf } from "@atlaris/infra/rollout/records/attempts";
import { withinLimit } from "@atlaris/infra/shared/time-limit";
import type { WantedRelease } from "./earlier-release.ts";
import { attemptsOnRecord } from "./attempts-on-record.ts";

/** For the record, in milliseconds: a rollout that has it later continues without it. */
const limitMilliseconds = 5_000;

/**
 * What is wrong with rolling out this commit where a later one is live, as when an old run of a workflow is started again;
 * undefined where it is not older, or that cannot be seen: the gate judges all else.
 */
export async function olderThanLive(
  commit: string,
  wanted: WantedRelease,
  root: string,
  access: CloudAccess,
): Promise<string | undefined> {
  const { stack, kind, settings } = wanted;
  // A rollback names its release, and an environment of a pull request has no record.
  if (settings.release !== undefined || kind.pullRequest !== undefined) return undefined;
  const attempts = await withinLimit(limitMilliseconds, () => attemptsOnRecord(wanted, access)).catch(
    () => [],
  );
  const live = liveOf(attempts);
  return live && undone(commit, live, stack, root);
}

/** What is wrong where the live release is of a later commit. */
export function undone(
  commit: string,
  live: Pick<Attempt, "commit" | "number" | "environment">,
  stack: string,
  root: string,
): string | undefined {
  if (live.commit === commit || !isAncestor(root, commit, live.commit)) return undefined;
  const [old, later] = [commit.slice(0, 12), live.commit.slice(0, 12)];
  return (
    `the commit ${old} is older than ${later}, which is live on ${live.environment} (#${String(live.number)}): this rollout would undo it. ` +
    `To go back: bin/rollout rollback --stack ${stack} --to ${old}, or the workflow rollback. Else roll out a newer commit`
  );
}

/** False also where this clone lacks the other commit. */
function isAncestor(root: string, commit: string, of: string): boolean {
  try {
    execFileSync("git", ["merge-base", "--is-ancestor", commit, of], {
      cwd: root,
      stdio: "ignore",
      timeout: 30_000,
    });
    return true;
  } catch {
    return false;
  }
}

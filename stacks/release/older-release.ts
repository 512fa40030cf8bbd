import { execFileSync } from "node:child_process";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf, rolledBackTo, sameRelease } from "@rollout/infra/rollout/records/attempts";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { WantedRelease } from "./earlier-release.ts";
import { newestAttempts } from "./attempts-on-record.ts";

/** For the record, in milliseconds: a rollout that has it later continues without it. */
const limitMilliseconds = 5_000;

/** What was rolled out last, newest first; nothing where that is not known in time: the gate judges all else. */
export async function attemptsBefore(
  wanted: WantedRelease,
  access: CloudAccess,
): Promise<readonly Attempt[]> {
  const { kind, settings } = wanted;
  // A rollback names its release, and an environment of a pull request has no record.
  if (settings.release !== undefined || kind.pullRequest !== undefined) return [];
  return withinLimit(limitMilliseconds, () => newestAttempts(wanted, access)).catch(() => []);
}

/**
 * What is wrong with rolling out this commit where a later one is live, as when an old run of a workflow is started again;
 * undefined where it is not older, or that cannot be seen.
 */
export function olderThanLive(
  commit: string,
  attempts: readonly Attempt[],
  stack: string,
  root: string,
): string | undefined {
  const live = liveOf(attempts);
  return live && undone(commit, live, stack, root);
}

/** Which release is rolled out in the place of which; undefined where it is the live one, or nothing is live. */
export function replacedRelease(release: string, attempts: readonly Attempt[]): string | undefined {
  const live = liveOf(attempts);
  if (!live || live.release === release) return undefined;
  const short = (name: string): string => name.replace(/^([0-9a-f]{12})[0-9a-f]{28}/, "$1");
  return `release ${short(release)} replaces ${short(live.release)} (#${String(live.number)}), which is live on ${live.environment}`;
}

/** What a user should know where the live release was restored by a rollback: this rollout moves away from it again. */
export function leavesRollback(
  own: Composition,
  attempts: readonly Attempt[],
  stack: string,
): string | undefined {
  const live = rolledBackTo(attempts);
  if (!live || sameRelease(live.composition, own)) return undefined;
  return (
    `${live.by} rolled ${live.environment} back to #${String(live.returnsTo)} with #${String(live.number)} ` +
    `(${live.at.replace(/\.\d+Z$/, "Z")}): this rollout moves away from it. To return there: ` +
    `bin/rollout rollback --stack ${stack} --to ${String(live.number)}`
  );
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
      env: gitVariables(process.env),
      stdio: "ignore",
      timeout: 30_000,
    });
    return true;
  } catch {
    return false;
  }
}

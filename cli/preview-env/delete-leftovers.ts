import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import type { Leftover } from "@rollout/infra/preview/leftover";
import { LeftoverStays } from "@rollout/infra/preview/leftover";

/** What became of the things that were to go. */
export interface DeletedLeftovers {
  readonly removed: readonly Leftover[];
  /** What the token may not remove, and what does no harm where it is. */
  readonly staying: readonly Leftover[];
  readonly failures: readonly string[];
}

/** Deletes what it can, in the order given, and reports each. One that fails stops none of the others. */
export async function deleteLeftovers(
  leftovers: readonly Leftover[],
  tell: (line: string) => void,
): Promise<DeletedLeftovers> {
  const removed: Leftover[] = [];
  const staying: Leftover[] = [];
  const failures: string[] = [];
  for (const leftover of leftovers) {
    const name = `${leftover.cloud}: ${leftover.what}`;
    try {
      await watchingCalls(() => leftover.remove(), explained);
      removed.push(leftover);
      tell(`${name} is gone`);
    } catch (error) {
      if (isStaying(error)) {
        staying.push(leftover);
        tell(`${name} stays: ${(error as Error).message}`);
      } else failures.push(`${name} is still there: ${(error as Error).message}`);
    }
  }
  return { removed, staying, failures };
}

/** Behind the explanation of the call that was refused, too. */
function isStaying(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof LeftoverStays) return true;
  return false;
}

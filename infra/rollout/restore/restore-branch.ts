import type { Branch as NeonBranch } from "@neon/sdk";
import { keptPrefix, stamp } from "../../neon/branch-names.ts";
import type { Neon } from "../../neon/client.ts";
import { say } from "../../shared/say.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Copy, Restorable } from "./restorable.ts";
import { unprovenMark } from "./restorable.ts";
import type { Target } from "./target.ts";
import { targetWord } from "./target.ts";

/** Longest time that Neon may take for it, in milliseconds; it is a matter of seconds there, whatever the size. */
const limitMilliseconds = 10 * 60_000;

/**
 * Brings the branch back. What it was stays under a name of its own, which shows until `concludeRestore` that the
 * restored environment was not proven, and so shows a later run how far this one came. The branch keeps its id, name
 * and endpoint, and so its addresses (neondatabase/website content/docs/introduction/branch-restore.md).
 *
 * @returns the name of the branch that keeps what was there.
 */
export async function restoreBranch(
  neon: Neon,
  restorable: Restorable,
  environment: string,
  target: Target,
  now: Date,
): Promise<string> {
  const { projectId } = restorable;
  const keptName = `${keptPrefix}${environment}-${stamp(now)}${unprovenMark}${targetWord(target)}`;
  const source = target.kind === "copy" ? target.copy : undefined;
  // Neon lets nothing grow from a branch that expires, and a restored branch grows from what it is a copy of.
  if (source?.expiresAt !== undefined)
    await neon.branches.update({ projectId, branchId: source.branchId, expires_at: null });
  try {
    await callRestore(neon, restorable, target, keptName);
  } catch (error) {
    // Nothing, or an answer that was lost: what is there shows which.
    const kept = await branchNamed(neon, projectId, keptName);
    if (!kept) {
      if (source?.expiresAt !== undefined)
        await neon.branches.update({
          projectId,
          branchId: source.branchId,
          expires_at: source.expiresAt,
        });
      throw error;
    }
  }
  await untilRestored(neon, restorable);
  return keptName;
}

/** Waits until Neon has done what it was asked for, also by an earlier run. */
export async function untilRestored(
  neon: Neon,
  { projectId, branchId, branchName }: Restorable,
): Promise<void> {
  await waitUntil({ what: `the branch ${branchName} to be restored`, limitMilliseconds }, async () => {
    const { current_state: state } = await neon.branches.get({ projectId, branchId });
    return state === "ready" ? { done: undefined } : { pending: `it is ${state}` };
  });
}

async function callRestore(
  neon: Neon,
  { projectId, branchId, branchName }: Restorable,
  target: Target,
  keptName: string,
): Promise<void> {
  const { raw } = await import("@neon/sdk");
  say(`restoring the branch ${branchName}`);
  const { operations } = await raw.restoreProjectBranch({
    client: neon.client,
    path: { project_id: projectId, branch_id: branchId },
    body: {
      source_branch_id: target.kind === "copy" ? target.copy.branchId : branchId,
      ...(target.kind === "time" ? { source_timestamp: target.at.toISOString() } : {}),
      ...(target.kind === "place" ? { source_lsn: target.lsn } : {}),
      preserve_under_name: keptName,
    },
    throwOnError: true,
  });
  await neon.operations.waitFor({ operations }, { timeoutMs: limitMilliseconds });
}

async function branchNamed(neon: Neon, projectId: string, name: string): Promise<NeonBranch | undefined> {
  return (await neon.branches.list({ projectId, search: name }).all()).find((each) => each.name === name);
}

/**
 * To be called when the restored environment was proven: what was kept loses the mark in its name and, where Neon
 * allows it, ends after the days of a backup. One from which others have grown cannot: it stays as long as they do.
 *
 * @returns the copies that were kept, newest first, as they are now.
 */
export async function concludeRestore(
  neon: Neon,
  { projectId, copies, unproven }: Restorable,
  days: number,
  now: Date,
): Promise<readonly Copy[]> {
  const kept = [...unproven.map(({ copy }) => copy), ...copies.filter(({ kind }) => kind === "kept")];
  const expiresAt = new Date(now.getTime() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  const concluded: Copy[] = [];
  for (const copy of kept) {
    const [name = copy.name] = copy.name.split(unprovenMark);
    const ends = copy.expiresAt === undefined && !copy.hasChildren;
    if (name !== copy.name || ends)
      await neon.branches.update({
        projectId,
        branchId: copy.branchId,
        ...(name === copy.name ? {} : { name }),
        ...(ends ? { expires_at: expiresAt } : {}),
      });
    concluded.push({ ...copy, name, expiresAt: ends ? expiresAt : copy.expiresAt });
  }
  return concluded;
}

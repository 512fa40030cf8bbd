import { ApiError } from "./api-error.ts";
import { branchesOf } from "./control-plane.ts";
import type { Step } from "./operations.ts";
import { now, type BranchState, type ProjectState } from "./state.ts";

const longest = 30 * 24 * 60 * 60;

/**
 * Gives a branch an expiry, or takes it away with null. Rules as in "Branch expiration" of Neon's guides: in the
 * future, 30 days at most, and never a protected or default branch or one that has children.
 */
export function setExpiry(project: ProjectState, branch: BranchState, at: Date | null): void {
  if (at === null) {
    branch.expiresAt = undefined;
    branch.ttlIntervalSeconds = undefined;
    return;
  }
  const seconds = Math.ceil((at.getTime() - Date.now()) / 1000);
  if (seconds <= 0) throw new ApiError(400, "expires_at must be in the future");
  if (seconds > longest) throw new ApiError(400, "expires_at must be within 30 days from now");
  if (branch.isDefault) throw new ApiError(400, "expires_at cannot be set on a default branch");
  if (branch.isProtected) throw new ApiError(400, "expires_at cannot be set on a protected branch");
  if (hasChildren(project, branch))
    throw new ApiError(400, "expires_at cannot be set on a branch with children");
  branch.expiresAt = toSeconds(at);
  branch.ttlIntervalSeconds = seconds;
}

/** A reset begins the time to live again (neondatabase/website content/docs/guides/branch-expiration.md). */
export function restartExpiry(branch: BranchState): void {
  if (branch.expiresAt === undefined || branch.ttlIntervalSeconds === undefined) return;
  branch.expiresAt = toSeconds(new Date(Date.now() + branch.ttlIntervalSeconds * 1000));
}

const toSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");

export const hasChildren = (project: ProjectState, branch: BranchState): boolean =>
  branchesOf(project).some(({ parentId }) => parentId === branch.id);

export const hasExpired = (branch: BranchState): boolean =>
  branch.expiresAt !== undefined && Date.parse(branch.expiresAt) <= Date.now();

/** Hides a branch, and returns what is left to do. */
export function markDeleted(project: ProjectState, branch: BranchState): readonly Step[] {
  branch.deleted = true;
  branch.updatedAt = now();
  const endpoint = project.endpoints.find(({ branchId }) => branchId === branch.id);
  return [
    ...(endpoint
      ? [
          {
            action: "suspend_compute" as const,
            task: { kind: "delete-endpoint" as const, endpointId: endpoint.id },
            branchId: branch.id,
            endpointId: endpoint.id,
          },
        ]
      : []),
    {
      action: "delete_timeline",
      task: { kind: "delete-branch", branchId: branch.id },
      branchId: branch.id,
    },
  ];
}

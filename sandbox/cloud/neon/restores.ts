import type { Operation } from "@neon/sdk";
import { Hono } from "hono";
import { branchAnswer } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import { refuseTakenName } from "./branch-names.ts";
import { type ControlPlane, branchesOf, endpointsOf, findBranch } from "./control-plane.ts";
import { hasChildren, restartExpiry } from "./expiry.ts";
import { newBranchId } from "./ids.ts";
import { refuseMoreBranches } from "./limits.ts";
import { momentOf } from "./moment.ts";
import type { Step } from "./operations.ts";
import { bodyOf, branchRestore } from "./requests.ts";
import { dataOf, isRoot, now, type BranchState, type ProjectState } from "./state.ts";

/**
 * Restore of a branch from another one, or from a moment of its own past. Rules as in neondatabase/website
 * content/docs/introduction/branch-restore.md: the branch keeps its id, name and endpoint; its former data goes to a
 * new branch, with the branch's children, where it is to be preserved.
 */
export function restoreRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();

  routes.post("/projects/:project/branches/:branch/restore", async (context) => {
    const input = await bodyOf(context, branchRestore);
    const project = plane.project(context.req.param("project"));
    const moment = await momentOf(plane.computes, project, findBranch(project, input.source_branch_id), {
      timestamp: input.source_timestamp,
      lsn: input.source_lsn,
    });
    const body = await plane.change(project, () => {
      const branch = findBranch(project, context.req.param("branch"));
      const source = findBranch(project, input.source_branch_id);
      const preserveUnder = input.preserve_under_name || undefined;
      refuseRestore(project, branch, source, moment !== undefined, preserveUnder);
      if (preserveUnder !== undefined) {
        refuseMoreBranches(plane.account, project, { isRoot: false });
        refuseTakenName(project, preserveUnder);
      }
      const children = preserveUnder === undefined ? [] : childrenOf(project, branch);
      const before = {
        dataId: dataOf(branch),
        parentId: branch.parentId,
        parentLsn: branch.parentLsn,
        parentTimestamp: branch.parentTimestamp,
        children: children.map(({ id }) => id),
      };
      const time = now();
      const preserved = preserveUnder === undefined ? undefined : preserve(branch, preserveUnder, time);
      if (preserved) {
        for (const child of children) child.parentId = preserved.id;
        project.branches.push(preserved);
      }
      // A root branch that is restored from its own past stays one; any other becomes a child of what it is now a copy of.
      if (source !== branch) branch.parentId = source.id;
      else if (!isRoot(branch)) branch.parentId = preserved?.id;
      branch.parentLsn = isRoot(branch) ? undefined : moment?.lsn;
      branch.parentTimestamp = isRoot(branch) ? undefined : (moment?.timestamp ?? time);
      // No two attempts share data, nor does a branch ever have that of its id again.
      branch.dataId = newBranchId();
      branch.currentState = "resetting";
      branch.stateChangedAt = time;
      branch.updatedAt = time;
      restartExpiry(branch);
      const endpoint = endpointsOf(project).find(({ branchId }) => branchId === branch.id);
      const steps: Step[] = [
        {
          action: "create_timeline",
          task: {
            kind: "restore-branch",
            branchId: branch.id,
            sourceId: source.id,
            moment,
            before,
            preservedId: preserved?.id,
          },
          branchId: branch.id,
        },
      ];
      if (endpoint && endpoint.currentState === "active")
        steps.push({
          action: "start_compute",
          task: { kind: "start-compute", endpointId: endpoint.id },
          branchId: branch.id,
          endpointId: endpoint.id,
        });
      if (!preserved)
        steps.push({
          action: "delete_timeline",
          task: { kind: "remove-data", dataId: before.dataId },
          branchId: branch.id,
        });
      return {
        steps,
        answer: (operations: readonly Operation[]) => ({ branch: branchAnswer(project, branch), operations }),
      };
    });
    return context.json(body);
  });

  return routes;
}

function refuseRestore(
  project: ProjectState,
  branch: BranchState,
  source: BranchState,
  hasMoment: boolean,
  preserveUnder: string | undefined,
): void {
  if (source === branch && !hasMoment)
    throw new ApiError(400, "source_timestamp or source_lsn is required to restore a branch to itself");
  if (source === branch && preserveUnder === undefined)
    throw new ApiError(400, "preserve_under_name is required to restore a branch to itself");
  // The text and the 422 as users report them.
  if (hasChildren(project, branch) && preserveUnder === undefined)
    throw new ApiError(422, "Branch has children, preserve_under_name is required");
  if (branch.isProtected && source.id === branch.parentId)
    throw new ApiError(422, "protected branch cannot be reset");
  if (source !== branch && source.expiresAt !== undefined)
    throw new ApiError(422, "a branch cannot become the child of a branch that expires");
}

const childrenOf = (project: ProjectState, branch: BranchState): BranchState[] =>
  branchesOf(project).filter(({ parentId }) => parentId === branch.id);

/** The branch that takes what another one was. It has no compute. */
function preserve(branch: BranchState, name: string, time: string): BranchState {
  const { parentId, parentLsn, parentTimestamp, initSource, currentState, roles, databases } = branch;
  return {
    id: newBranchId(),
    name,
    dataId: dataOf(branch),
    parentId,
    parentLsn,
    parentTimestamp,
    initSource,
    currentState,
    isDefault: false,
    isProtected: false,
    stateChangedAt: time,
    createdAt: time,
    updatedAt: time,
    roles: roles.map((role) => ({ ...role })),
    databases: databases.map((database) => ({ ...database })),
  };
}

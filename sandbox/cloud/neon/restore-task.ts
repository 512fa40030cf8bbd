import type { Computes } from "./computes.ts";
import { inherit } from "./inherit.ts";
import { branchOf } from "./lookup.ts";
import type { Servers } from "./servers.ts";
import { dataOf, now, type BranchState, type NeonState, type ProjectState, type Task } from "./state.ts";

type RestoreTask = Extract<Task, { kind: "restore-branch" }>;

/**
 * Fills the new data of a branch and lets its compute go over to it. Killed at any moment it is done again from the
 * start, since the old data stays until all is written down; where it cannot be done, the branch is as it was before.
 */
export async function restoreBranch(
  state: NeonState,
  computes: Computes,
  data: Servers["data"],
  project: ProjectState,
  task: RestoreTask,
): Promise<void> {
  const branch = branchOf(project, task.branchId);
  const ofItself = task.sourceId === branch.id;
  const source = branchOf(project, task.sourceId);
  const made = dataOf(branch);
  try {
    const { catalog, lsn } = await data.fill(branch, {
      branchId: source.id,
      dataId: ofItself ? task.before.dataId : dataOf(source),
      moment: task.moment,
    });
    await computes.stop(branch.id);
    inherit(
      state,
      branch,
      catalog ?? { roles: source.roles, databases: source.databases },
      ofItself ? undefined : source,
    );
    if (lsn !== undefined && !ofItself) branch.parentLsn = lsn;
  } catch (error) {
    undo(project, branch, task);
    computes.remove(made);
    throw error;
  }
  settle(branch);
  branch.lastResetAt = branch.stateChangedAt;
}

function undo(project: ProjectState, branch: BranchState, { before, preservedId }: RestoreTask): void {
  const { children, ...fields } = before;
  Object.assign(branch, { parentId: undefined, parentLsn: undefined, parentTimestamp: undefined, ...fields });
  project.branches = project.branches.filter(({ id }) => id !== preservedId);
  for (const child of project.branches) if (children.includes(child.id)) child.parentId = branch.id;
  settle(branch);
}

function settle(branch: BranchState): void {
  branch.currentState = "ready";
  branch.stateChangedAt = now();
  branch.updatedAt = branch.stateChangedAt;
}

import type { Computes, Sql } from "./computes.ts";
import type { Gateway } from "./gateway.ts";
import { inherit } from "./inherit.ts";
import { branchOf, endpointOf } from "./lookup.ts";
import { restoreBranch } from "./restore-task.ts";
import type { Servers } from "./servers.ts";
import {
  dataOf,
  now,
  type BranchState,
  type EndpointState,
  type NeonState,
  type ProjectState,
  type Task,
} from "./state.ts";

/** What operations do to PostgreSQL. */
export interface Tasks {
  perform(project: ProjectState, task: Task): Promise<void>;
  /** Starts the server of an endpoint and gives it what was acknowledged while it was down. */
  startCompute(project: ProjectState, endpoint: EndpointState): Promise<void>;
  suspendCompute(endpoint: EndpointState): Promise<void>;
}

export function openTasks(
  computes: Computes,
  data: Servers["data"],
  gateway: () => Gateway,
  state: NeonState,
): Tasks {
  /** The data of a new branch: its parent's, now or at a moment, or that of an empty project. */
  async function createBranch(project: ProjectState, branch: BranchState): Promise<void> {
    if (branch.sourceId === undefined) await data.fillNew(branch);
    else {
      const source = branchOf(project, branch.sourceId);
      const filled = await data.fill(
        branch,
        { branchId: source.id, dataId: dataOf(source), moment: branch.sourceMoment },
        branch.initSource !== "parent-data",
      );
      branch.parentLsn ??= filled.lsn;
      if (filled.catalog) inherit(state, branch, filled.catalog, source);
    }
    branch.currentState = "ready";
    branch.stateChangedAt = now();
    branch.updatedAt = branch.stateChangedAt;
  }

  async function startCompute(project: ProjectState, endpoint: EndpointState): Promise<void> {
    const branch = branchOf(project, endpoint.branchId);
    await gateway().open(endpoint.id, endpoint.port);
    await putConfig(branch, computes.sql(await computes.start(branch)));
    endpoint.currentState = "active";
    endpoint.startedAt = now();
    endpoint.updatedAt = endpoint.startedAt;
  }

  /** A compute that sleeps is woken for what is to be done in it. */
  async function sqlOf(project: ProjectState, branch: BranchState): Promise<Sql> {
    if (!computes.running(branch.id)) {
      const endpoint = project.endpoints.find((each) => each.branchId === branch.id && !each.deleted);
      if (!endpoint) throw new Error(`branch ${branch.id} has no compute`);
      await startCompute(project, endpoint);
    }
    return computes.sql(await computes.start(branch));
  }

  async function suspendCompute(endpoint: EndpointState): Promise<void> {
    await computes.stop(endpoint.branchId);
    endpoint.currentState = "idle";
    endpoint.suspendedAt = now();
    endpoint.updatedAt = endpoint.suspendedAt;
  }

  return {
    startCompute,
    suspendCompute,
    perform: async (project, task) => {
      switch (task.kind) {
        case "create-branch":
          return createBranch(project, branchOf(project, task.branchId));
        case "restore-branch":
          return restoreBranch(state, computes, data, project, task);
        case "start-compute":
          return startCompute(project, endpointOf(project, task.endpointId));
        case "suspend-compute":
          return suspendCompute(endpointOf(project, task.endpointId));
        case "apply-config": {
          const branch = branchOf(project, task.branchId);
          return putConfig(branch, await sqlOf(project, branch));
        }
        case "drop-role":
          return (await sqlOf(project, branchOf(project, task.branchId))).dropRole(task.name);
        case "drop-database":
          return (await sqlOf(project, branchOf(project, task.branchId))).dropDatabase(task.name);
        case "alter-database": {
          const branch = branchOf(project, task.branchId);
          const database = branch.databases.find(({ id }) => id === task.databaseId);
          if (database) await (await sqlOf(project, branch)).alterDatabase(task.name, database);
          return;
        }
        case "remove-data": {
          computes.remove(task.dataId);
          return;
        }
        case "delete-endpoint": {
          const endpoint = endpointOf(project, task.endpointId);
          gateway().close(endpoint.id);
          await computes.stop(endpoint.branchId);
          project.endpoints = project.endpoints.filter(({ id }) => id !== task.endpointId);
          return;
        }
        case "delete-branch": {
          const branch = branchOf(project, task.branchId);
          await computes.stop(branch.id);
          computes.remove(dataOf(branch));
          project.endpoints = project.endpoints.filter(({ branchId }) => branchId !== branch.id);
          project.branches = project.branches.filter(({ id }) => id !== branch.id);
          return;
        }
      }
    },
  };
}

async function putConfig(branch: BranchState, sql: Sql): Promise<void> {
  for (const role of branch.roles.filter(({ isPending }) => isPending)) {
    const { password } = role;
    await sql.putRole(role);
    // One that was changed since is still to be put.
    if (role.password === password) role.isPending = false;
  }
  for (const database of branch.databases.filter(({ isPending }) => isPending)) {
    await sql.putDatabase(database);
    database.isPending = false;
  }
}

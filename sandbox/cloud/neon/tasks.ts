import { copyRunning, copyStopped, startCluster } from "../postgres/cluster.ts";
import { makeTemplate } from "../postgres/template.ts";
import type { Installation } from "../postgres/installation.ts";
import type { StandInContext } from "../stand-in.ts";
import { ClusterSql, initialStatements } from "./cluster-sql.ts";
import type { Computes } from "./computes.ts";
import {
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
}

export function openTasks(
  context: StandInContext,
  installation: Installation,
  computes: Computes,
  state: NeonState,
): Tasks {
  const password = state.administratorPassword;
  let template: Promise<string> | undefined;

  /** The data of a new branch: its parent's as it is now, or that of an empty project. */
  async function createBranch(branch: BranchState): Promise<void> {
    const target = computes.folder(branch.id);
    if (branch.sourceId === undefined) {
      template ??= makeTemplate(installation, password, initialStatements);
      template.catch(() => (template = undefined));
      await copyStopped(installation, await template, target);
    } else {
      const source = await computes.settled(branch.sourceId);
      if (source) await copyRunning(installation, source, password, target);
      else await copyStopped(installation, computes.folder(branch.sourceId), target);
    }
    if (branch.initSource !== "parent-data") await removeRows(branch);
    branch.currentState = "ready";
    branch.stateChangedAt = now();
    branch.updatedAt = branch.stateChangedAt;
  }

  async function removeRows(branch: BranchState): Promise<void> {
    const cluster = await startCluster({
      installation,
      processes: context.processes,
      name: `neon-${branch.id}`,
      folder: computes.folder(branch.id),
      port: await context.freePort(),
    });
    try {
      await new ClusterSql(cluster, password).removeRows();
    } finally {
      await cluster.stop();
    }
  }

  const sqlOf = async (branch: BranchState): Promise<ClusterSql> => {
    const cluster = await computes.settled(branch.id);
    if (!cluster) throw new Error(`the compute of branch ${branch.id} does not run`);
    return new ClusterSql(cluster, password);
  };

  async function applyConfig(branch: BranchState): Promise<void> {
    const sql = await sqlOf(branch);
    for (const role of branch.roles.filter(({ isPending }) => isPending)) {
      await sql.putRole(role);
      role.isPending = false;
    }
    for (const database of branch.databases.filter(({ isPending }) => isPending)) {
      await sql.putDatabase(database);
      database.isPending = false;
    }
  }

  async function startCompute(project: ProjectState, endpoint: EndpointState): Promise<void> {
    await computes.start(endpoint);
    await applyConfig(branchOf(project, endpoint.branchId));
    endpoint.currentState = "active";
    endpoint.startedAt = now();
  }

  return {
    startCompute,
    perform: async (project, task) => {
      switch (task.kind) {
        case "create-branch":
          return createBranch(branchOf(project, task.branchId));
        case "start-compute":
          return startCompute(project, endpointOf(project, task.endpointId));
        case "apply-config":
          return applyConfig(branchOf(project, task.branchId));
        case "drop-role":
          return (await sqlOf(branchOf(project, task.branchId))).dropRole(task.name);
        case "drop-database":
          return (await sqlOf(branchOf(project, task.branchId))).dropDatabase(task.name);
        case "delete-endpoint": {
          await computes.stop(endpointOf(project, task.endpointId).branchId);
          project.endpoints = project.endpoints.filter(({ id }) => id !== task.endpointId);
          return;
        }
        case "delete-branch": {
          await computes.remove(task.branchId);
          project.endpoints = project.endpoints.filter(({ branchId }) => branchId !== task.branchId);
          project.branches = project.branches.filter(({ id }) => id !== task.branchId);
          return;
        }
      }
    },
  };
}

function branchOf(project: ProjectState, id: string): BranchState {
  const branch = project.branches.find((each) => each.id === id);
  if (!branch) throw new Error(`Internal error: project ${project.id} has no branch ${id}`);
  return branch;
}

function endpointOf(project: ProjectState, id: string): EndpointState {
  const endpoint = project.endpoints.find((each) => each.id === id);
  if (!endpoint) throw new Error(`Internal error: project ${project.id} has no endpoint ${id}`);
  return endpoint;
}

import type { Operation } from "@neon/sdk";
import type { Account } from "../account/account.ts";
import type { EmulatorContext } from "../emulator.ts";
import type { Store } from "../store.ts";
import { operationAnswer } from "./answers.ts";
import { ApiError, locked } from "./api-error.ts";
import type { Computes } from "./computes.ts";
import type { Gateway } from "./gateway.ts";
import type { Operations, Step } from "./operations.ts";
import {
  dataOf,
  type BranchState,
  type DatabaseState,
  type EndpointState,
  type NeonState,
  type ProjectState,
  type RoleState,
} from "./state.ts";

/** What a mutation decided: the steps that remain to be done, and the answer to give until then. */
export interface Change<Answer> {
  readonly steps?: readonly Step[];
  readonly answer: (operations: readonly Operation[]) => Answer;
}

/** What the routes work on. */
export class ControlPlane {
  readonly store: Store<NeonState>;
  readonly operations: Operations;
  readonly computes: Computes;
  readonly #gateway: Gateway;
  readonly #context: EmulatorContext;
  readonly #purges = new Set<Promise<void>>();

  constructor(
    store: Store<NeonState>,
    operations: Operations,
    computes: Computes,
    gateway: Gateway,
    context: EmulatorContext,
  ) {
    this.store = store;
    this.operations = operations;
    this.computes = computes;
    this.#gateway = gateway;
    this.#context = context;
  }

  /** The settings of the account that calls. */
  get account(): Account {
    return this.#context.account;
  }

  freePort(): Promise<number> {
    return this.#context.freePort();
  }

  /**
   * Changes a project unless an operation works on it. `decide` must not wait for anything, so that no other call
   * comes between the check and the change; the change is on disk before the answer is given.
   */
  async change<Answer>(project: ProjectState, decide: () => Change<Answer>): Promise<Answer> {
    if (this.operations.isBusy(project)) throw locked();
    const { steps = [], answer } = decide();
    const operations = this.operations.schedule(project, steps);
    const body = answer(operations.map((operation) => operationAnswer(project, operation)));
    await this.store.commit();
    this.operations.run(project);
    return body;
  }

  project(id: string | undefined): ProjectState {
    const project = this.store.state.projects.find((each) => each.id === id && !each.deleted);
    if (!project) throw new ApiError(404, "project not found");
    return project;
  }

  /** Removes a project that is marked deleted, and all its data. Never rejects: what is left, the next start takes. */
  purge(project: ProjectState): Promise<void> {
    const purge = this.#remove(project)
      .catch((error: unknown) => this.#context.log(`removal of project ${project.id}: ${String(error)}`))
      .finally(() => this.#purges.delete(purge));
    this.#purges.add(purge);
    return purge;
  }

  /** Waits for what goes on behind the answers. */
  async stop(): Promise<void> {
    await this.operations.stop();
    await Promise.all(this.#purges);
  }

  async #remove(project: ProjectState): Promise<void> {
    for (const { id } of project.endpoints) this.#gateway.close(id);
    for (const branch of project.branches) {
      await this.computes.stop(branch.id);
      this.computes.remove(dataOf(branch));
    }
    const { projects } = this.store.state;
    projects.splice(projects.indexOf(project), 1);
    await this.store.commit();
  }
}

export const branchesOf = (project: ProjectState): BranchState[] =>
  project.branches.filter((branch) => !branch.deleted);

export function findBranch(project: ProjectState, id: string | undefined): BranchState {
  const branch = branchesOf(project).find((each) => each.id === id);
  if (!branch) throw new ApiError(404, "branch not found");
  return branch;
}

export function defaultBranch(project: ProjectState): BranchState {
  const branch = branchesOf(project).find(({ isDefault }) => isDefault);
  if (!branch) throw new ApiError(404, "branch not found");
  return branch;
}

export const endpointsOf = (project: ProjectState): EndpointState[] =>
  project.endpoints.filter(
    (endpoint) => !endpoint.deleted && branchesOf(project).some(({ id }) => id === endpoint.branchId),
  );

/** The endpoint of a branch, without which there is no server to make roles and databases in. */
export function endpointOfBranch(project: ProjectState, branch: BranchState): EndpointState {
  const endpoint = endpointsOf(project).find(({ branchId }) => branchId === branch.id);
  if (!endpoint) throw new ApiError(404, `no read-write endpoint for branch ${branch.id}`);
  return endpoint;
}

export function findRole(branch: BranchState, name: string | undefined): RoleState {
  const role = branch.roles.find((each) => each.name === name);
  if (!role) throw new ApiError(404, `role ${name ?? ""} not found`);
  return role;
}

export function findDatabase(branch: BranchState, name: string | undefined): DatabaseState {
  const database = branch.databases.find((each) => each.name === name);
  if (!database) throw new ApiError(404, `database ${name ?? ""} not found`);
  return database;
}

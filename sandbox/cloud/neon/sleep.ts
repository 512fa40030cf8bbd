import { setTimeout as delay } from "node:timers/promises";
import type { Computes } from "./computes.ts";
import { endpointsOf } from "./control-plane.ts";
import { startStep, suspendStep } from "./endpoints.ts";
import type { Gateway } from "./gateway.ts";
import { branchOf } from "./lookup.ts";
import type { Operations } from "./operations.ts";
import type { EndpointState, NeonState, ProjectState } from "./state.ts";
import type { Store } from "../store.ts";
import type { Tasks } from "./tasks.ts";

/** What 0 stands for in `suspend_timeout_seconds`. */
const usualTimeoutSeconds = 300;
const reachWithinMilliseconds = 60_000;

/** Lets computes sleep that are not in use, and wakes them for a connection. */
export class Sleep {
  readonly #store: Store<NeonState>;
  readonly #computes: Computes;
  readonly #tasks: Tasks;
  readonly #operations: Operations;
  readonly #waking = new Map<string, Promise<void>>();
  #isStopping = false;

  constructor(store: Store<NeonState>, computes: Computes, tasks: Tasks, operations: Operations) {
    this.#store = store;
    this.#computes = computes;
    this.#tasks = tasks;
    this.#operations = operations;
  }

  /** The port of the endpoint's server, once there is one that accepts connections. */
  async reach(endpointId: string): Promise<number> {
    const deadline = Date.now() + reachWithinMilliseconds;
    for (;;) {
      if (this.#isStopping) throw new Error("the sandbox is being stopped");
      const { project, endpoint } = this.#find(endpointId);
      if (endpoint.isDisabled) throw new Error(`endpoint ${endpointId} is disabled`);
      if (Date.now() > deadline) throw new Error(`endpoint ${endpointId} is not there after a minute`);
      // While an operation works on the branch, its data may not be what it will be.
      if (!isBeingWorkedOn(project, endpoint.branchId)) {
        const running = this.#computes.running(endpoint.branchId);
        if (running) return running.port;
        await this.#wake(project, endpoint);
      } else await delay(20);
    }
  }

  /** Wakes none any more, and waits for those that are being woken. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.allSettled(this.#waking.values());
  }

  /** Suspends the computes whose time without a statement is over. */
  async suspendIdle(gateway: Gateway): Promise<void> {
    for (const project of this.#store.state.projects)
      for (const endpoint of endpointsOf(project))
        if (await this.#isIdle(project, endpoint, gateway)) {
          const began = performance.now();
          endpoint.lastActive = new Date(gateway.lastActive(endpoint.id)).toISOString();
          await this.#tasks.suspendCompute(endpoint);
          this.#operations.note(project, suspendStep(endpoint), Math.round(performance.now() - began));
          await this.#store.commit();
        }
  }

  async #isIdle(project: ProjectState, endpoint: EndpointState, gateway: Gateway): Promise<boolean> {
    const { suspendTimeoutSeconds: timeout, branchId } = endpoint;
    const running = this.#computes.running(branchId);
    if (!running || timeout < 0 || this.#operations.isBusy(project)) return false;
    const lastUsed = Math.max(gateway.lastActive(endpoint.id), Date.parse(endpoint.startedAt ?? "") || 0);
    const isUnused = (): boolean => Date.now() - lastUsed > (timeout || usualTimeoutSeconds) * 1000;
    if (!isUnused()) return false;
    return (
      !(await this.#computes.sql(running).isWorking()) &&
      isUnused() &&
      gateway.lastActive(endpoint.id) <= lastUsed
    );
  }

  #wake(project: ProjectState, endpoint: EndpointState): Promise<void> {
    const waking =
      this.#waking.get(endpoint.id) ??
      this.#start(project, endpoint).finally(() => this.#waking.delete(endpoint.id));
    this.#waking.set(endpoint.id, waking);
    return waking;
  }

  async #start(project: ProjectState, endpoint: EndpointState): Promise<void> {
    const began = performance.now();
    await this.#tasks.startCompute(project, endpoint);
    this.#operations.note(project, startStep(endpoint), Math.round(performance.now() - began));
    await this.#store.commit();
  }

  #find(endpointId: string): { project: ProjectState; endpoint: EndpointState } {
    for (const project of this.#store.state.projects) {
      const endpoint = project.deleted ? undefined : endpointsOf(project).find(({ id }) => id === endpointId);
      if (endpoint) return { project, endpoint };
    }
    throw new Error(`endpoint ${endpointId} is gone`);
  }
}

function isBeingWorkedOn(project: ProjectState, branchId: string): boolean {
  const isPending = project.operations.some(
    (operation) =>
      operation.branchId === branchId &&
      (operation.status === "scheduling" || operation.status === "running"),
  );
  return isPending || branchOf(project, branchId).currentState !== "ready";
}

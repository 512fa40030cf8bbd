import { randomUUID } from "node:crypto";
import type { OperationAction } from "@neon/sdk";
import type { Store } from "../store.ts";
import { now, type NeonState, type OperationState, type ProjectState, type Task } from "./state.ts";

/** One step that a call starts, in the order in which they are done. */
export interface Step {
  readonly action: OperationAction;
  readonly task: Task;
  readonly branchId?: string;
  readonly endpointId?: string;
}

/** Does in the background what calls have been acknowledged for: one thing at a time a project. */
export interface Operations {
  /** Writes the steps down. They begin with `run`, once they are committed. */
  schedule(project: ProjectState, steps: readonly Step[]): readonly OperationState[];
  run(project: ProjectState): void;
  /** Writes down what was done without a call: a compute that slept or woke. */
  note(project: ProjectState, step: Step, durationMilliseconds: number): void;
  /** Whether a mutation of this project must be refused now. */
  isBusy(project: ProjectState): boolean;
  /** Takes up what a stop or a kill interrupted. */
  resume(): void;
  /** Begins nothing more and waits for what runs. */
  stop(): Promise<void>;
}

/** Finished operations that can still be asked for, a project. */
const kept = 500;
const unfinished = new Set(["scheduling", "running"]);

export function openOperations(
  store: Store<NeonState>,
  perform: (project: ProjectState, task: Task) => Promise<void>,
  log: (line: string) => void,
): Operations {
  const runners = new Map<string, Promise<void>>();
  let isStopping = false;

  const next = (project: ProjectState): OperationState | undefined =>
    project.operations.find((operation) => unfinished.has(operation.status));

  async function execute(project: ProjectState, operation: OperationState): Promise<void> {
    const started = performance.now();
    const settle = (target: OperationState, status: OperationState["status"]): void => {
      target.status = status;
      target.updatedAt = now();
    };
    settle(operation, "running");
    let outcome: OperationState["status"] = "finished";
    try {
      await perform(project, operation.task);
    } catch (error) {
      outcome = "failed";
      operation.error = error instanceof Error ? error.message : String(error);
      log(`operation ${operation.action} of project ${project.id} failed: ${operation.error}`);
    }
    operation.durationMilliseconds = Math.round(performance.now() - started);
    settle(operation, outcome);
    if (outcome === "failed")
      for (const other of project.operations)
        if (other.call === operation.call && other.status === "scheduling") settle(other, "cancelled");
    await store.commit();
  }

  async function runAll(project: ProjectState): Promise<void> {
    for (let operation = next(project); operation && !isStopping; operation = next(project))
      await execute(project, operation);
  }

  const run = (project: ProjectState): void => {
    if (runners.has(project.id) || isStopping) return;
    const runner = runAll(project)
      .catch((error: unknown) => log(`operations of project ${project.id} stopped: ${String(error)}`))
      .finally(() => runners.delete(project.id));
    runners.set(project.id, runner);
  };

  const write = (project: ProjectState, steps: readonly Step[]): readonly OperationState[] => {
    const call = randomUUID();
    const made = steps.map(({ action, task, branchId, endpointId }): OperationState => {
      const time = now();
      return {
        id: randomUUID(),
        branchId,
        endpointId,
        action,
        task,
        call,
        status: "scheduling",
        createdAt: time,
        updatedAt: time,
        durationMilliseconds: 0,
      };
    });
    project.operations = [...project.operations.slice(-kept), ...made];
    return made;
  };

  return {
    schedule: write,
    note: (project, step, durationMilliseconds) => {
      for (const operation of write(project, [step]))
        Object.assign(operation, { status: "finished", durationMilliseconds });
    },
    run,
    isBusy: (project) => next(project) !== undefined,
    resume: () => {
      for (const project of store.state.projects) run(project);
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(runners.values());
    },
  };
}

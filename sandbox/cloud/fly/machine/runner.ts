import { appendFileSync, existsSync, statSync } from "node:fs";
import type { Exit, KeptProcess } from "../../process-keeper.ts";
import type { EmulatorContext } from "../../emulator.ts";
import { isFree } from "../../server/free-port.ts";
import type { Store } from "../../store.ts";
import { milliseconds } from "../api/machine-config.ts";
import type { Builder } from "../builder/builder.ts";
import { missingProgram } from "../builder/program-of-image.ts";
import type { FlyState, Machine } from "../state.ts";
import { bury } from "./burial.ts";
import { exitEvent, record } from "./events.ts";
import { type CheckStatus, type HealthWatch, waitingStatuses, watchHealth } from "./health-checks.ts";
import { declaredPort, planLaunch } from "./process.ts";

/** Runs machines as processes of this host. */
export interface MachineRunner {
  /** Starts the machine's program, after ending one that still runs. Resolves when the process exists. */
  launch(machine: Machine): Promise<void>;
  /** Ends the program by the config's `stop_config`, or with `signal` at once. */
  stop(machine: Machine, how?: StopOrder): Promise<void>;
  checks(machine: Machine): readonly CheckStatus[];
  /** The process that stands for the machine, while one runs. */
  program(machine: Machine): Program | undefined;
  /** Where a machine's output stands, and how much of it is older than its present version. */
  log(machine: Machine): { readonly file: string; readonly offset: number };
  /** Ends every program and starts none again; what the machines should be doing stays as it was. */
  close(): Promise<void>;
}

export interface StopOrder {
  readonly signal?: NodeJS.Signals;
  readonly timeoutMilliseconds?: number;
}

export interface Program {
  readonly pid: number;
  readonly command: string;
  readonly directory: string;
}

interface Run {
  readonly command: string;
  readonly kept: KeptProcess;
  readonly health: HealthWatch;
  readonly since: number;
}

const defaultKillTimeout = 5000;
const defaultMaxRetries = 10;
const firstBackoff = 200;
const longestBackoff = 5000;
/** A program that ran this long has started well: the next exit is a new matter and counts from one. */
const settledAfter = 60_000;

export function openMachineRunner(
  context: EmulatorContext,
  store: Store<FlyState>,
  builder: Builder,
): MachineRunner {
  const runs = new Map<string, Run>();
  const restarts = new Map<string, NodeJS.Timeout>();
  const logOffsets = new Map<string, { instance: string; offset: number }>();
  const turns = new Map<string, Promise<void>>();
  let closing = false;

  const logName = (machine: Machine): string => `${machine.app}-${machine.id}`;
  const isCurrent = (machine: Machine): boolean => store.state.machines[machine.id] === machine;

  /** One thing after the other for each machine: an update must not meet a restart half-way. */
  const inTurn = (machine: Machine, work: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(machine.id) ?? Promise.resolve()).then(work);
    turns.set(
      machine.id,
      turn.catch(() => undefined),
    );
    return turn;
  };

  const launch = async (machine: Machine): Promise<void> => {
    await end(machine, {});
    if (closing || !isCurrent(machine) || machine.desired !== "started") return;
    const image = store.state.images[machine.imageDigest];
    const rootfs = builder.rootfs(machine.imageDigest);
    if (!image || rootfs === undefined) {
      record(machine, "launch", "failed", "flyd");
      context.log(
        `machine ${machine.id} of ${machine.app}: image ${machine.imageDigest} is not in the registry`,
      );
      await store.commit();
      return;
    }
    if (machine.port === undefined || !(await isFree(machine.port))) machine.port = await context.freePort();
    const { port } = machine;
    noteLogOffset(machine);
    const declared = declaredPort(machine);
    const plan = planLaunch(machine, image, rootfs, port);
    const kept = context.processes.start({ name: logName(machine), ...plan });
    if (kept.pid < 0) {
      record(machine, "launch", "failed", "flyd");
      const reason = missingProgram([plan.command], image.config, rootfs) ?? "could not be started";
      appendFileSync(context.processes.logFile(logName(machine)), `ERROR the command ${reason}\n`);
      context.log(`machine ${machine.id} of ${machine.app}: its command ${reason}`);
      await store.commit();
      return;
    }
    const health = watchHealth(machine.config, (wanted) =>
      wanted === undefined || wanted === declared ? port : wanted,
    );
    const run: Run = {
      command: [plan.command, ...plan.args].join(" "),
      kept,
      health,
      since: Date.now(),
    };
    runs.set(machine.id, run);
    record(machine, "start", "started", "flyd");
    kept.exited
      .then(async (exit) => {
        health.end();
        sayHowItEnded(context.processes.logFile(logName(machine)), exit);
        if (runs.get(machine.id) !== run) return;
        runs.delete(machine.id);
        await exited(machine, exit, Date.now() - run.since);
      })
      .catch((error: unknown) =>
        context.log(`machine ${machine.id}: its exit was not recorded: ${String(error)}`),
      );
    await store.commit();
  };

  /** The program ended on its own: restart it by the config's policy. */
  const exited = async (machine: Machine, exit: Exit, ran: number): Promise<void> => {
    if (closing || !isCurrent(machine)) return;
    if (ran >= settledAfter) machine.restartCount = 0;
    const policy = machine.config.restart?.policy;
    const most = machine.config.restart?.max_retries ?? defaultMaxRetries;
    const failed = exit.code !== 0;
    const again =
      policy === "always" ||
      (policy !== "no" && failed && machine.restartCount < most && machine.desired === "started");
    machine.restartCount += 1;
    const request = { exit_event: exitEvent(exit, false, again), restart_count: machine.restartCount };
    context.log(
      `machine ${machine.id} of ${machine.app} exited: ${exit.signal ?? `code ${exit.code ?? "none"}`}${again ? ", restarting" : ""}`,
    );
    if (again) {
      record(machine, "exit", "starting", "flyd", request);
      const delay = Math.min(longestBackoff, firstBackoff * 2 ** (machine.restartCount - 1));
      restarts.set(
        machine.id,
        setTimeout(() => {
          restarts.delete(machine.id);
          void inTurn(machine, () => launch(machine)).catch((error: unknown) =>
            context.log(`restart of ${machine.id}: ${String(error)}`),
          );
        }, delay),
      );
    } else {
      machine.desired = "stopped";
      // As at Fly, also after the last retry: and a deploy leaves a stopped machine stopped.
      record(machine, "exit", "stopped", "flyd", request);
      if (machine.config.auto_destroy === true) bury(store.state, machine, "flyd");
    }
    await store.commit();
  };

  /** Ends what runs of a machine, and a restart that waits; resolves with how it ended when something ran. */
  const end = async (machine: Machine, how: StopOrder): Promise<Exit | undefined> => {
    const waiting = restarts.get(machine.id);
    if (waiting) clearTimeout(waiting);
    restarts.delete(machine.id);
    const run = runs.get(machine.id);
    if (!run) return undefined;
    runs.delete(machine.id);
    run.health.end();
    const { stop_config: config } = machine.config;
    const signal = how.signal ?? ((config?.signal ?? "SIGINT") as NodeJS.Signals);
    const timeout =
      how.timeoutMilliseconds ??
      (config?.timeout === undefined || config.timeout === null
        ? defaultKillTimeout
        : milliseconds(config.timeout));
    return run.kept.stop(signal, timeout);
  };

  const noteLogOffset = (machine: Machine): void => {
    if (logOffsets.get(machine.id)?.instance === machine.instanceId) return;
    const file = context.processes.logFile(logName(machine));
    const offset = existsSync(file) ? statSync(file).size : 0;
    logOffsets.set(machine.id, { instance: machine.instanceId, offset });
  };

  const stop = async (machine: Machine, how: StopOrder): Promise<void> => {
    const exit = await end(machine, how);
    if (!isCurrent(machine)) return;
    if (exit)
      record(machine, "exit", "stopped", "flyd", {
        exit_event: exitEvent(exit, true, false),
        restart_count: machine.restartCount,
      });
    else record(machine, "stop", "stopped", "flyd");
    await store.commit();
  };

  return {
    launch: (machine) => inTurn(machine, () => launch(machine)),
    stop: (machine, how = {}) => inTurn(machine, () => stop(machine, how)),
    checks: (machine) =>
      runs.get(machine.id)?.health.statuses() ??
      waitingStatuses(machine.config, machine.updatedAt).map((status) => ({
        ...status,
        status: "critical" as const,
        output: "the machine hasn't started",
      })),
    program: (machine) => {
      const run = runs.get(machine.id);
      const directory = store.state.images[machine.imageDigest]?.config.workdir ?? "/";
      return run && { pid: run.kept.pid, command: run.command, directory };
    },
    log: (machine) => ({
      file: context.processes.logFile(logName(machine)),
      offset: logOffsets.get(machine.id)?.offset ?? 0,
    }),
    close: async () => {
      closing = true;
      await Promise.all(Object.values(store.state.machines).map((machine) => end(machine, {})));
    },
  };
}

/** The line that Fly's init writes into the log; flyctl waits for it when a release command failed. */
function sayHowItEnded(file: string, { code, signal }: Exit): void {
  const how = code === null ? `with signal (with signal '${signal ?? "?"}')` : `normally with code: ${code}`;
  appendFileSync(file, `INFO Main child exited ${how}\n`);
}

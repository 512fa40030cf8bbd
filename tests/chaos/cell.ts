import { setTimeout as sleep } from "node:timers/promises";
import { cloudNames } from "../../infra/shared/cloud-names.ts";
import type { SeenCall } from "../../sandbox/cloud/wire/wire.ts";
import { type Fault, ruleOf } from "./faults.ts";
import type { Flyctl } from "./flyctl.ts";
import { inventoryFaults, inventoryOf } from "./inventory.ts";
import { type CallRun, inRun, newRun } from "./run-of-calls.ts";
import { type DriverBug, Stack } from "./stack.ts";
import type { Step } from "./step.ts";
import { type World, openWorld } from "./world.ts";

/** What a rollout does with a step. */
export type Act = "create" | "update" | "refresh" | "destroy";

/** One call that a step makes, by its number among those of the same form. */
export interface StepCall {
  readonly cloud: SeenCall["cloud"];
  readonly method: string;
  readonly pattern: string;
  readonly number: number;
}

export interface Cell {
  readonly step: Step;
  readonly act: Act;
  readonly call: StepCall;
  readonly fault: Fault;
  /** Whether the next rollout returns to the release before instead of repeating this one. */
  readonly turnsBack: boolean;
}

/** How the step ended under its fault, and then what the next rollout left. */
export interface CellEnd {
  readonly ended: "done" | "stopped" | "killed";
  /** Everything that is not as promised; none where the cell is as it should be. */
  readonly faults: readonly string[];
  /** Of a step that stopped. */
  readonly message?: string;
}

export interface CellMeans {
  readonly flyctl: Flyctl;
  readonly steps: readonly Step[];
  readonly bug?: DriverBug | undefined;
}

/** By the campaign's clock: every client has given up by then. */
const limitMilliseconds = 45 * 60_000;
/** Until a cloud has carried out a call that it has. */
const carriedOut = 5_000;
const nextSecond = 1_100;
/** After every lag. */
const settled = 6_000;

interface Prepared {
  readonly world: World;
  readonly stack: Stack;
}

/** Tries for a world: nothing is under test yet, and a connection that was kept open may end on a busy machine. */
const tries = 3;

/** A world in which everything is there that the act needs. */
async function prepare(what: Pick<Cell, "step" | "act">, means: CellMeans): Promise<Prepared> {
  for (let left = tries; ; left -= 1) {
    const world = await openWorld(means.flyctl);
    try {
      return { world, stack: await fill(world, what, means) };
    } catch (error) {
      await world.close();
      if (left <= 1) throw error;
    }
  }
}

async function fill(
  world: World,
  { step, act }: Pick<Cell, "step" | "act">,
  means: CellMeans,
): Promise<Stack> {
  const stack = new Stack(world);
  for (const name of step.needs) {
    const needed = means.steps.find((each) => each.name === name);
    if (!needed) throw new Error(`Internal error: ${step.name} needs ${name}, which is no step`);
    await needed.prepare?.(world);
    await stack.up(needed, await needed.inputs(1, stack.made, world));
  }
  await step.prepare?.(world);
  if (act !== "create") await stack.up(step, await step.inputs(1, stack.made, world));
  // What is named by its second, a backup, has another name.
  if (act === "update") await sleep(nextSecond);
  return stack;
}

/** What the rollout does with the step; `release` is what it is to be afterwards. */
async function perform(act: Act, step: Step, stack: Stack, world: World, release: 1 | 2): Promise<void> {
  if (act === "destroy") return stack.destroy(step);
  if (act === "refresh") {
    const found = await stack.refresh(step);
    if (found !== undefined) throw new Error(`a refresh of what was not changed finds: ${found}`);
    return;
  }
  await stack.up(step, await step.inputs(release, stack.made, world));
}

/** Runs an act without any fault. Gives its calls, and what the clouds hold afterwards for each release. */
export async function runClean(
  what: Pick<Cell, "step" | "act">,
  means: CellMeans,
): Promise<{ readonly calls: readonly StepCall[]; readonly inventory: ReadonlyMap<string, number> }> {
  const { world, stack } = await prepare(what, means);
  try {
    const begun = world.calls.length;
    await perform(what.act, what.step, stack, world, what.act === "update" ? 2 : 1);
    const calls = numbered(world.calls.slice(begun));
    await sleep(carriedOut);
    return { calls, inventory: inventoryOf(world) };
  } finally {
    await world.close();
  }
}

function numbered(calls: readonly SeenCall[]): readonly StepCall[] {
  const seen = new Map<string, number>();
  return calls.map(({ cloud, method, pattern }) => {
    const key = `${cloud} ${method} ${pattern}`;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return { cloud, method, pattern, number };
  });
}

/** Runs a step under a fault, then the next rollout without one, and holds what is there against what should be. */
export async function runCell(
  cell: Cell,
  inventory: ReadonlyMap<string, number>,
  means: CellMeans,
): Promise<CellEnd> {
  const { step, act, fault } = cell;
  const { world, stack } = await prepare(cell, means);
  try {
    const release = act === "update" ? 2 : 1;
    stack.bug = means.bug;
    const run = newRun();
    const struck = strike(cell, world, run);
    const end = await Promise.race([
      inRun(run, () => perform(act, step, stack, world, release)).then(
        () => ({ ended: "done" as const }),
        (error: unknown) => ({ ended: "stopped" as const, error }),
      ),
      struck.killed.then(() => ({ ended: "killed" as const })),
      sleep(limitMilliseconds, undefined, { ref: false }).then(() => ({ ended: "endless" as const })),
    ]);
    run.isKilled = true;
    world.onCall = () => undefined;
    if (end.ended === "endless") return { ended: "stopped", faults: ["it did not end within 45 minutes"] };
    const faults: string[] = [];
    if (!struck.isHit()) faults.push("the call did not come");
    const message = end.ended === "stopped" ? textOf(end.error) : undefined;
    if (message !== undefined) faults.push(...messageFaults(message, cell));
    faults.push(...struck.acts());
    await world.emulators.faults.clear();
    await sleep(fault.lag === undefined ? 0 : settled);

    const next = cell.turnsBack && end.ended !== "done" ? 1 : release;
    faults.push(...(await after(cell, end.ended, next, stack, world, inventory)));
    return { ended: end.ended, faults, ...(message === undefined ? {} : { message }) };
  } finally {
    world.killFlyctl();
    await world.close();
  }
}

/** What is not as it should be after the next rollout. */
async function after(
  cell: Cell,
  ended: CellEnd["ended"],
  release: 1 | 2,
  stack: Stack,
  world: World,
  inventory: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const { step, act } = cell;
  const faults: string[] = [];
  try {
    if (ended === "killed") await stack.settle();
    if (ended !== "done") await inRun(newRun(), () => perform(act, step, stack, world, release));
  } catch (error) {
    return [`the next rollout failed: ${textOf(error)}`];
  }
  await sleep(carriedOut);
  stack.bug = undefined;
  if (act !== "destroy") {
    const found = await stack.refresh(step);
    if (found !== undefined) faults.push(`the state is not what runs: ${found}`);
    const isChanged =
      step.isSettledLater !== true && (await stack.up(step, await step.inputs(release, stack.made, world)));
    if (isChanged) faults.push("a further rollout of the same release changes something");
  }
  // What a rollout leaves on the way that was not gone to its end differs with where it ended.
  if (!cell.turnsBack || ended === "done")
    faults.push(...inventoryFaults(inventory, inventoryOf(world), step.mayDiffer));
  return faults;
}

/** Arms the fault for the call of the cell. */
function strike(cell: Cell, world: World, run: CallRun) {
  const { call, fault } = cell;
  const { faults: clouds } = world.emulators;
  let [seen, isHit] = [0, false];
  let kill: () => void = () => undefined;
  const killed = new Promise<void>((resolve) => (kill = resolve));
  const late: string[] = [];
  const rule = ruleOf(fault, call, call.number - 1);
  if (rule) void clouds.add(rule);
  world.onCall = (each) => {
    if (isHit && fault.losesLease === true && isAct(each)) late.push(`${each.method} ${each.path}`);
    if (each.cloud !== call.cloud || each.method !== call.method || each.pattern !== call.pattern) return;
    seen += 1;
    if (seen !== call.number) return;
    isHit = true;
    if (fault.lag !== undefined) void clouds.lag([call.cloud], fault.lag);
    if (fault.losesLease === true)
      run.leaseLost.abort(new Error("another rollout has taken staging over; this one stops before it acts"));
    if (fault.kill !== undefined)
      void sleep(fault.kill === "after" ? carriedOut : 0).then(() => {
        run.isKilled = true;
        world.killFlyctl();
        kill();
      });
  };
  return {
    killed,
    isHit: () => isHit,
    /** Calls that changed something although the lease was lost. */
    acts: () => late.map((each) => `acted after the lease was lost: ${each}`),
  };
}

/**
 * Notes at GitHub are allowed without a lease (infra/shared/cloud-fetch.ts); flyctl, which is interrupted then, closes its own
 * records of builds and releases and gives its leases of machines back.
 */
const isAct = ({ cloud, method, path }: SeenCall): boolean =>
  cloud !== "github" &&
  method !== "GET" &&
  method !== "HEAD" &&
  path !== "/graphql" &&
  !path.startsWith("/api/v1/") &&
  !path.endsWith("/lease");

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a message lacks: it names the cloud, the call and what helps. */
function messageFaults(message: string, { call, fault }: Cell): readonly string[] {
  if (fault.losesLease === true && message.includes("another rollout has taken")) return [];
  const cloud: string = call.cloud === "ai" ? "ai" : cloudNames[call.cloud];
  const missing = [
    ...(message.includes(cloud) || /flyctl/.test(message) ? [] : ["the cloud"]),
    ...(/\b(GET|POST|PUT|PATCH|DELETE) \/|flyctl \w+/.test(message) ? [] : ["the call"]),
    ...(/run the (same )?command again|look at|docs\/|doctor/i.test(message) ? [] : ["what helps"]),
  ];
  return missing.length === 0 ? [] : [`its message does not name ${missing.join(", ")}: ${message}`];
}

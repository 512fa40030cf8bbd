import { createHash } from "node:crypto";
import {
  type Act,
  type Cell,
  type CellEnd,
  type CellMeans,
  type StepCall,
  runCell,
  runClean,
} from "./cell.ts";
import { faults } from "./faults.ts";
import type { Step } from "./step.ts";

/** A cell with what it is compared with. */
export interface PlannedCell {
  /** As `--cell` takes it. */
  readonly name: string;
  readonly cell: Cell;
  readonly inventory: ReadonlyMap<string, number>;
}

/** How a cell ended, in plain values. */
export interface CellResult extends CellEnd {
  readonly name: string;
  readonly step: string;
  readonly act: Act;
  readonly cloud: string;
  /** `POST /v1/apps` */
  readonly call: string;
  readonly fault: string;
}

const acts: readonly Act[] = ["create", "update", "refresh", "destroy"];
/** Of calls of one form in a step, a poll for instance, these many meet faults. */
const readsOfAForm = 1;
const writesOfAForm = 2;

const shareOfSlow = 0.1;

/** Every call that the steps were seen to make without a fault, with every fault that fits it. */
export async function planCells(
  steps: readonly Step[],
  seed: number,
  means: CellMeans,
): Promise<readonly PlannedCell[]> {
  const cells: PlannedCell[] = [];
  for (const step of steps)
    for (const act of acts.filter((each) => each !== "update" || step.changes)) {
      const { calls, inventory } = await runClean({ step, act }, means);
      for (const call of calls.filter(meetsFaults))
        cells.push(...cellsOf({ step, act, call }, seed).map((planned) => ({ ...planned, inventory })));
    }
  return [...cells].sort((one, other) => random(seed, one.name) - random(seed, other.name));
}

/** A call with every fault that fits it; of slow steps some. */
function cellsOf(
  { step, act, call }: Pick<Cell, "step" | "act" | "call">,
  seed: number,
): readonly Omit<PlannedCell, "inventory">[] {
  return faults
    .filter(({ fits }) => fits?.(call) ?? true)
    .map((fault) => {
      const name = `${nameOf(call)} in ${step.name} ${act} × ${fault.name}`;
      const turnsBack = act === "update" && random(seed, `back ${name}`) < 0.5;
      return { name, cell: { step, act, call, fault, turnsBack } };
    })
    .filter(({ name }) => step.isSlow !== true || random(seed, `taken ${name}`) < shareOfSlow);
}

const isRead = ({ method }: StepCall): boolean => method === "GET" || method === "HEAD";

function meetsFaults(call: StepCall): boolean {
  return call.number <= (isRead(call) ? readsOfAForm : writesOfAForm);
}

function nameOf({ cloud, method, pattern, number }: StepCall): string {
  return `${cloud} ${method} ${pattern}${number > 1 ? ` #${String(number)}` : ""}`;
}

/** From 0 to 1, the same for the same seed and text. */
export function random(seed: number, text: string): number {
  return (
    createHash("sha256")
      .update(`${String(seed)} ${text}`)
      .digest()
      .readUInt32BE() /
    2 ** 32
  );
}

/** Runs cells, so many at the same time: most of them wait. Gives each result as it comes. */
export async function runCells(
  cells: readonly PlannedCell[],
  means: CellMeans,
  { atOnce, goesOn }: { readonly atOnce: number; readonly goesOn: () => boolean },
  onResult: (result: CellResult) => void,
): Promise<void> {
  const left = [...cells];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next && goesOn(); next = left.shift()) {
      const { name, cell, inventory } = next;
      const { step, act, call, fault } = cell;
      const end = await runCell(cell, inventory, means).catch((error: unknown): CellEnd => ({
        ended: "stopped",
        faults: [
          `the campaign itself failed: ${error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error)}`,
        ],
      }));
      onResult({
        ...end,
        ...{ name, step: step.name, act, cloud: call.cloud, call: `${call.method} ${call.pattern}` },
        fault: fault.name,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

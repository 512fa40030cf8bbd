import { parseArgs } from "node:util";
import { type BugName, bugs } from "./bugs.ts";
import { cellNamed } from "./rollouts/plan.ts";
import { steps } from "./steps/index.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** So many cells, chosen by the seed. Absent: all. */
  readonly sample?: number;
  /** No cell is begun later than so many minutes after the start. */
  readonly minutes?: number;
  readonly step?: string;
  readonly cell?: string;
  /** File that gets the matrix. */
  readonly page?: string;
  /** HAR of a rollout: the page lists its calls that no cell covers. */
  readonly recording?: string;
  readonly bug?: BugName;
  /** Whole rollouts that are killed, in place of cells. */
  readonly kills?: number;
  /** The first of them, by its number; with no number of kills, this one alone. */
  readonly kill?: number;
  /** File that keeps each kill or rollout as it ends: those in it are not made again. */
  readonly keep?: string;
  /** Whole rollouts under a fault each, in place of cells. */
  readonly rollouts?: number;
  readonly processes: number;
  readonly json: boolean;
}

/** Wrong use; the message lists all that is wrong. */
export class UsageError extends Error {}

/** @throws UsageError that names every option that is wrong. */
export function readOptions(words: readonly string[]): ChaosOptions {
  const { values } = parsed(words);
  const faults: string[] = [];
  const number = (
    name: "seed" | "sample" | "minutes" | "processes" | "kills" | "kill" | "rollouts",
    from: number,
  ): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < from)
      faults.push(`--${name} must be an integer from ${String(from)}, got ${values[name] ?? ""}`);
    return value;
  };
  const { step, cell, page, recording, bug, json } = values;
  if (step !== undefined && !steps.some(({ name }) => name === step))
    faults.push(`--step must be one of ${steps.map(({ name }) => name).join(", ")}; got ${step}`);
  if (bug !== undefined && !Object.hasOwn(bugs, bug))
    faults.push(`--bug must be one of ${Object.keys(bugs).join(", ")}; got ${bug}`);
  const optional = ["sample", "minutes", "kills", "kill", "rollouts"] as const;
  const options: ChaosOptions = {
    ...{ seed: number("seed", 0), processes: number("processes", 1), json },
    ...Object.fromEntries(
      optional.filter((name) => values[name] !== undefined).map((name) => [name, number(name, 1)]),
    ),
    ...(step === undefined ? {} : { step }),
    ...(cell === undefined ? {} : { cell }),
    ...(page === undefined ? {} : { page }),
    ...(recording === undefined ? {} : { recording }),
    ...(values.keep === undefined ? {} : { keep: values.keep }),
    ...(bug === undefined ? {} : { bug: bug as BugName }),
  };
  if (values.keep !== undefined && (values.kills ?? values.rollouts) === undefined)
    faults.push("--keep is for --kills and --rollouts");
  faults.push(...mixed(values));
  if (options.rollouts !== undefined && cell !== undefined && !cellNamed(cell))
    faults.push(`--cell is none of a complete rollout: ${cell}`);
  if (faults.length > 0) throw new UsageError(faults.join("; "));
  return options;
}

/** Options of cells that are named together with kills or rollouts. */
function mixed(values: ReturnType<typeof parsed>["values"]): readonly string[] {
  const isOfKills = values.kills !== undefined || values.kill !== undefined;
  if (!isOfKills && values.rollouts === undefined) return [];
  const ofCells = ["sample", "minutes", "step", "recording", "bug"] as const;
  const others = isOfKills ? ([...ofCells, "cell", "rollouts"] as const) : ofCells;
  return others
    .filter((name) => values[name] !== undefined)
    .map((name) => `--${name} is not for ${isOfKills ? "--kills" : "--rollouts"}`);
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        seed: { type: "string", default: "7" },
        sample: { type: "string" },
        minutes: { type: "string" },
        step: { type: "string" },
        cell: { type: "string" },
        page: { type: "string" },
        recording: { type: "string" },
        bug: { type: "string" },
        kills: { type: "string" },
        kill: { type: "string" },
        keep: { type: "string" },
        rollouts: { type: "string" },
        processes: { type: "string", default: "2" },
        json: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

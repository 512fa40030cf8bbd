import type { Declared, DeclaredMachines } from "./declared.ts";
import { includedMemory, otherRegions, prices, regionFactors } from "./prices.ts";

/** Dollars a month: where it is used little, as it is usually used, and at most. */
export interface Range {
  readonly least: number;
  readonly usual: number;
  readonly most: number;
}

/** One thing that is charged. */
export interface CostLine {
  readonly cloud: "Fly.io" | "Railway" | "Neon" | "Vercel";
  /** `machines of worker`. */
  readonly what: string;
  /** What it is made of: `2 × shared-cpu-1x, 256 MB, fra`. */
  readonly of: string;
  readonly dollars: Range;
}

export interface Estimate {
  readonly lines: readonly CostLine[];
  readonly total: Range;
}

/** What is not declared, and decides the rest. */
export interface Use {
  /** Hours of a day in which the database's compute is at its largest size. */
  readonly busyHours: number;
  readonly storageGb: Range;
  /** Members of the Vercel team who deploy. */
  readonly seats: number;
  /** Environments of pull requests that are open all month. */
  readonly previews: number;
}

export const usualUse: Use = {
  busyHours: 2,
  storageGb: { least: 0.1, usual: 1, most: 10 },
  seats: 1,
  previews: 0,
};

const hoursOfMonth = 730;
const daysOfMonth = hoursOfMonth / 24;
/** Share of the data that changes within the time that a restore reaches back to. */
const changedShare = 0.5;

/** What an environment costs a month. */
export function estimate(declared: Declared, use: Use): Estimate {
  const { workers, compute, backups, keepsHistory, takesSeats, hasPreviews } = declared;
  const machines = workers
    .filter(({ onRailway }) => onRailway === undefined)
    .map((worker): CostLine => ({
      ...{ cloud: "Fly.io", what: `machines of ${worker.name}`, of: machinesText(worker) },
      dollars: machineCost(worker),
    }));
  const quiet = compute.minUnits * hoursOfMonth;
  const busy = (compute.maxUnits - compute.minUnits) * use.busyHours * daysOfMonth;
  const { storageGb } = use;
  const lines: readonly CostLine[] = [
    ...machines,
    ...railwayLines(workers),
    {
      ...{ cloud: "Neon", what: "compute", of: `${units(compute)} CU, awake all month` },
      dollars: times(prices.compute.dollars, {
        least: quiet,
        usual: quiet + busy,
        most: compute.maxUnits * hoursOfMonth,
      }),
    },
    {
      ...{ cloud: "Neon", what: "storage", of: `${rangeText(storageGb)} GB` },
      dollars: times(prices.storage.dollars, storageGb),
    },
    ...(keepsHistory
      ? [
          {
            ...{ cloud: "Neon" as const, what: "history for restores", of: "of a root branch" },
            dollars: times(prices.history.dollars * changedShare, storageGb),
          },
        ]
      : []),
    {
      ...{
        cloud: "Neon",
        what: "backups",
        of: `${String(backups)} branches; charged beyond ten of a project`,
      },
      dollars: { least: 0, usual: 0, most: backups * prices.branch.dollars },
    },
    ...(takesSeats
      ? [
          {
            ...{ cloud: "Vercel" as const, what: "seats", of: `${String(use.seats)} of the plan Pro` },
            dollars: times(prices.seat.dollars * use.seats, { least: 1, usual: 1, most: 1 }),
          },
        ]
      : []),
    ...(hasPreviews && use.previews > 0 ? previewLines(declared, use) : []),
  ];
  return { lines, total: sum(lines.map(({ dollars }) => dollars)) };
}

/** Use of a replica: an idle Node process, a worker that now and then has a job, and the most that it may use. */
const idleReplica = { vcpus: 0.01, memoryGb: 0.1 };
const usualReplica = { vcpus: 0.05, memoryGb: 0.2 };

/** Replicas by what they use, and what the plan's fee leaves of its included use. */
function railwayLines(workers: readonly DeclaredMachines[]): readonly CostLine[] {
  const replicas = workers.flatMap(({ name, count, onRailway }): readonly CostLine[] => {
    if (!onRailway) return [];
    const { vcpus, memoryGb } = onRailway;
    const costOf = (use: typeof onRailway): number =>
      count *
      (Math.min(vcpus, use.vcpus) * prices.railwayCpu.dollars +
        Math.min(memoryGb, use.memoryGb) * prices.railwayMemory.dollars);
    return [
      {
        ...{ cloud: "Railway", what: `replicas of ${name}` },
        of: `${String(count)} × up to ${String(vcpus)} vCPU, ${String(memoryGb)} GB, by use`,
        dollars: { least: costOf(idleReplica), usual: costOf(usualReplica), most: costOf(onRailway) },
      },
    ];
  });
  if (replicas.length === 0) return [];
  const used = sum(replicas.map(({ dollars }) => dollars));
  const fee = prices.railwayPro.dollars;
  const restOf = (use: number): number => Math.max(0, fee - use);
  return [
    ...replicas,
    {
      ...{
        cloud: "Railway",
        what: "rest of the plan's fee",
        of: `plan Pro of the workspace, $${String(fee)} of use in it`,
      },
      dollars: { least: restOf(used.least), usual: restOf(used.usual), most: restOf(used.most) },
    },
  ];
}

/** Environments of pull requests have staging's machines, and a database that is seldom busy. */
function previewLines({ workers, compute }: Declared, { previews }: Use): readonly CostLine[] {
  const of = `${String(previews)} open all month`;
  const awake = compute.minUnits * hoursOfMonth * prices.compute.dollars;
  const extra = { least: 0, usual: prices.branch.dollars, most: prices.branch.dollars };
  return [
    {
      ...{ cloud: "Fly.io", what: "machines of pull requests", of },
      dollars: times(previews, sum(workers.map(machineCost))),
    },
    {
      ...{ cloud: "Neon", what: "databases of pull requests", of },
      dollars: times(previews, sum([{ least: awake, usual: awake, most: awake }, extra])),
    },
  ];
}

/** Of all machines of a worker, which are spread over its regions evenly. */
function machineCost({ count, cpuKind, cpus, memoryMb, regions }: DeclaredMachines): Range {
  const cpu = cpuKind === "shared" ? prices.sharedCpu.dollars : prices.performanceCpu.dollars;
  const extraGb = Math.max(0, memoryMb / 1_024 - cpus * includedMemory[cpuKind]);
  const inIad = cpus * cpu + extraGb * prices.memory.dollars;
  const each = Array.from({ length: count }, (_, index) => factorOf(regions[index % regions.length] ?? ""));
  return times(inIad, sum(each));
}

function factorOf(region: string): Range {
  const known = regionFactors[region]?.factor;
  if (known !== undefined) return { least: known, usual: known, most: known };
  const { least, most } = otherRegions;
  return { least, usual: (least + most) / 2, most };
}

function machinesText({ count, cpuKind, cpus, memoryMb, regions }: DeclaredMachines): string {
  return `${String(count)} × ${cpuKind}-cpu-${String(cpus)}x, ${String(memoryMb)} MB, ${regions.join(" ")}`;
}

function units({ minUnits, maxUnits }: Declared["compute"]): string {
  return minUnits === maxUnits ? String(minUnits) : `${String(minUnits)} to ${String(maxUnits)}`;
}

export function rangeText({ least, usual, most }: Range): string {
  return `${String(usual)} (${String(least)} to ${String(most)})`;
}

function times(factor: number, { least, usual, most }: Range): Range {
  return { least: factor * least, usual: factor * usual, most: factor * most };
}

export function sum(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (one, other) => ({
      least: one.least + other.least,
      usual: one.usual + other.usual,
      most: one.most + other.most,
    }),
    { least: 0, usual: 0, most: 0 },
  );
}

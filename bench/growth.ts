import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloneProject, commitIn } from "./clone.ts";
import type { BenchCommands, TimedCommand } from "./commands.ts";
import { commandsIn } from "./commands.ts";
import { median } from "./figures.ts";
import { changeStub, declareWorkers, workerNames } from "./many-workers.ts";

export interface GrowthOptions {
  /** How many workers are declared, one size after the other. */
  readonly workers: readonly number[];
  /** Each figure but the first rollout's is the median of so many. */
  readonly runs: number;
}

/** What so many workers take. */
export interface Growth {
  readonly workers: number;
  readonly firstRolloutSeconds: number;
  readonly idleUpSeconds: number;
  readonly idlePreviewSeconds: number;
  /** A rollout of a commit that changes one worker. */
  readonly oneChangeSeconds: number;
  /** All processes of an `up` that changes nothing, at the most: without the clouds, which run apart from it. */
  readonly memoryMebibytes: number;
  readonly stateMebibytes: number;
}

/** Rolls out stacks of different sizes, each in a clone and a sandbox of its own. */
export async function benchGrowth(
  { workers, runs }: GrowthOptions,
  say: (line: string) => void,
): Promise<readonly Growth[]> {
  const found: Growth[] = [];
  for (const count of workers) {
    const folder = mkdtempSync(join(tmpdir(), "atlaris-growth-"));
    const clone = join(folder, "checkout");
    const sandbox = commandsIn(join(folder, "home"), clone, true);
    try {
      cloneProject(join(import.meta.dirname, ".."), clone);
      declareWorkers(clone, count);
      commitIn(clone, `Declare ${String(count)} workers`);
      say(`${String(count)} workers: first rollout`);
      found.push(await measure(count, runs, clone, sandbox, say));
    } finally {
      if (existsSync(clone)) await sandbox(["stop"]);
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return found;
}

async function measure(
  count: number,
  runs: number,
  clone: string,
  sandbox: BenchCommands,
  say: (line: string) => void,
): Promise<Growth> {
  const up = ["bin/rollout", "up", "--stack", "staging"];
  const first = await sandbox(up);
  const [idle, previews, changes]: [TimedCommand[], TimedCommand[], TimedCommand[]] = [[], [], []];
  for (let run = 1; run <= runs; run += 1) {
    say(`${String(count)} workers: ${String(run)} of ${String(runs)}`);
    idle.push(await sandbox(["pulumi", "up", "--stack", "staging", "--yes", "--skip-preview"]));
    previews.push(await sandbox(["pulumi", "preview", "--stack", "staging"]));
    changeStub(clone, workerNames(count).at(-1) ?? "", `change ${String(run)}`);
    commitIn(clone, `Change one worker, ${String(run)}`);
    changes.push(await sandbox(up));
  }
  const state = await sandbox(["pulumi", "stack", "export", "--stack", "staging"]);
  const secondsOf = (commands: readonly TimedCommand[]): number =>
    median(commands.map(({ seconds }) => seconds));
  return {
    workers: count,
    firstRolloutSeconds: first.seconds,
    idleUpSeconds: secondsOf(idle),
    idlePreviewSeconds: secondsOf(previews),
    oneChangeSeconds: secondsOf(changes),
    memoryMebibytes: Math.max(...idle.map(({ peakMebibytes }) => peakMebibytes)),
    stateMebibytes: Buffer.byteLength(state.output) / 2 ** 20,
  };
}

/** The sizes next to each other, for people. */
export function growthTable(growth: readonly Growth[]): string {
  const rows: readonly (readonly [string, (each: Growth) => string])[] = [
    ["workers", ({ workers }) => String(workers)],
    ["first rollout", ({ firstRolloutSeconds }) => `${firstRolloutSeconds.toFixed(1)} s`],
    ["up with nothing changed", ({ idleUpSeconds }) => `${idleUpSeconds.toFixed(1)} s`],
    ["preview with nothing changed", ({ idlePreviewSeconds }) => `${idlePreviewSeconds.toFixed(1)} s`],
    ["up of one worker's change", ({ oneChangeSeconds }) => `${oneChangeSeconds.toFixed(1)} s`],
    ["memory of an up, at the most", ({ memoryMebibytes }) => `${memoryMebibytes.toFixed(0)} MiB`],
    ["state", ({ stateMebibytes }) => `${stateMebibytes.toFixed(2)} MiB`],
  ];
  return rows
    .map(([name, of]) => `${name.padEnd(30)}${growth.map((each) => of(each).padStart(12)).join("")}\n`)
    .join("");
}

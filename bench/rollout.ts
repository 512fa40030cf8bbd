import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchCommands, TimedCommand } from "./commands.ts";
import { commandsIn } from "./commands.ts";
import { median } from "./figures.ts";
import { benchRollback } from "./rollback.ts";

const checkout = join(import.meta.dirname, "..");
const profiles = ["none", "realistic"] as const;
/** Of what takes seconds, in each run. */
const idleTurns = 4;
const unasked = ["--yes", "--skip-preview"] as const;

/** One thing that was measured, with the least that it could take. */
export interface Comparison {
  readonly name: string;
  /** Median, in seconds. */
  readonly seconds: number;
  readonly runs: readonly number[];
  /** What it is held against, and its median in the same runs. */
  readonly beside?: { readonly name: string; readonly seconds: number };
  /** Where the time goes: seconds of the longest steps, and until the first one starts. */
  readonly steps?: readonly (readonly [string, number])[];
}

/** Rollouts against a plain script of the same steps, runs without a change against an empty program, and a rollback. */
export async function benchRollout(
  { runs }: { readonly runs: number },
  say: (line: string) => void,
): Promise<readonly Comparison[]> {
  const home = mkdtempSync(join(tmpdir(), "atlaris-bench-"));
  const sandbox = commandsIn(home, checkout);
  const empty = emptyProject(join(home, "empty"));
  const comparisons: Comparison[] = [];
  const idle: Record<"up" | "preview" | "empty up" | "empty preview", number[]> = {
    up: [],
    preview: [],
    "empty up": [],
    "empty preview": [],
  };
  try {
    say("setting up");
    await sandbox(["true"]);
    for (const profile of profiles) {
      const [rollouts, scripts]: [TimedCommand[], number[]] = [[], []];
      for (let run = 1; run <= runs; run += 1) {
        say(`rollout and script, profile ${profile}, ${String(run)} of ${String(runs)}`);
        scripts.push(await script(sandbox, home, profile));
        rollouts.push(await rollout(sandbox, profile));
        if (profile === "none") {
          await emptyStack(sandbox, empty);
          for (let turn = 0; turn < idleTurns; turn += 1) {
            idle.up.push((await sandbox(["pulumi", "up", "--stack", "staging", ...unasked])).seconds);
            idle["empty up"].push(
              (await sandbox(["pulumi", "up", "--stack", "empty", ...unasked], empty)).seconds,
            );
            idle.preview.push((await sandbox(["pulumi", "preview", "--stack", "staging"])).seconds);
            idle["empty preview"].push(
              (await sandbox(["pulumi", "preview", "--stack", "empty"], empty)).seconds,
            );
          }
        }
      }
      const seconds = rollouts.map((each) => each.seconds);
      comparisons.push({
        name: `first rollout, clouds' delay: ${profile}`,
        seconds: median(seconds),
        runs: seconds,
        beside: { name: "plain script", seconds: median(scripts) },
        steps: longest(rollouts[0]?.output ?? ""),
      });
    }
    await sandbox(["stop"]);
    return [
      ...comparisons,
      againstEmpty("up with nothing changed", idle.up, idle["empty up"]),
      againstEmpty("preview with nothing changed", idle.preview, idle["empty preview"]),
      await benchRollback({ runs, commandsIn, project: checkout, folder: join(home, "rollback"), say }),
    ];
  } finally {
    await sandbox(["stop"]);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Both begin with empty clouds, which have started already. */
async function fresh(sandbox: BenchCommands, profile: string): Promise<void> {
  await sandbox(["reset"]);
  await sandbox(["pulumi", "stack", "ls"]);
  await sandbox(["faults", "profile", profile]);
}

async function rollout(sandbox: BenchCommands, profile: string): Promise<TimedCommand> {
  await fresh(sandbox, profile);
  return sandbox(["bin/rollout", "up", "--stack", "staging", "--json"]);
}

async function script(sandbox: BenchCommands, home: string, profile: string): Promise<number> {
  await fresh(sandbox, profile);
  // Lays the sandbox's copy of the settings, with its addresses in them.
  await sandbox(["pulumi", "config", "--stack", "staging"]);
  const settings = join(home, "stacks", "Pulumi.staging.yaml");
  const words = ["node", "--require", "tsx/cjs", join("bench", "plain-rollout.ts"), settings];
  return (await sandbox(words)).seconds;
}

/** The longest steps of a rollout, from what `bin/rollout up --json` prints. */
function longest(output: string): readonly (readonly [string, number])[] {
  const events = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { kind: string; step?: string; seconds?: number });
  return events
    .flatMap(({ kind, step, seconds }) =>
      kind === "done" && step !== undefined && seconds !== undefined ? [[step, seconds] as const] : [],
    )
    .sort(([, left], [, right]) => right - left)
    .slice(0, 6);
}

/** What any program costs: one that declares nothing. */
function emptyProject(folder: string): string {
  mkdirSync(folder);
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "name": "empty", "main": "index.ts" }');
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: empty\nruntime: { name: nodejs, options: { typescript: false, nodeargs: --require tsx/cjs } }\n",
  );
  writeFileSync(join(folder, "index.ts"), "export {};\n");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  return folder;
}

async function emptyStack(sandbox: BenchCommands, folder: string): Promise<void> {
  // A reset sandbox has another passphrase than the one whose salt the engine left here.
  rmSync(join(folder, "Pulumi.empty.yaml"), { force: true });
  await sandbox(["pulumi", "stack", "select", "--create", "empty"], folder);
}

function againstEmpty(name: string, runs: readonly number[], empty: readonly number[]): Comparison {
  return { name, seconds: median(runs), runs, beside: { name: "empty program", seconds: median(empty) } };
}

/** The comparisons under one another, for people. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap(({ name, seconds, runs, beside, steps }) => {
    const range =
      runs.length > 1 ? ` (${Math.min(...runs).toFixed(1)} to ${Math.max(...runs).toFixed(1)})` : "";
    const against = beside
      ? `, ${beside.name} ${beside.seconds.toFixed(1)} s, ratio ${(seconds / beside.seconds).toFixed(2)}`
      : "";
    return [
      `${name.padEnd(40)} ${seconds.toFixed(1)} s${range}${against}`,
      ...(steps ?? []).map(([step, took]) => `    ${step.padEnd(36)} ${took.toFixed(1)} s`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { followLines } from "../../cli/engine/event-log.ts";

const root = join(import.meta.dirname, "..", "..");
const shareVariable = "CHAOS_SHARE";

export interface VitestCampaign<Result> {
  /** Folder in tests/chaos that has a vitest.config.mts. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Names the file to which each test adds its result, a line of JSON. */
  readonly variable: string;
  /** So many processes of vitest at the same time, each with an environment of its own, in which it plays its `ownShare`. */
  readonly processes: number;
  readonly onResult: (result: Result, count: number) => void;
}

/** How a campaign has ended. */
export interface CampaignEnd<Result> {
  readonly results: readonly Result[];
  /** Whether every process of vitest found all its tests green. */
  readonly isGreen: boolean;
  readonly isInterrupted: boolean;
  /** All that vitest and the tests have printed where they were not green. */
  readonly log: string;
}

/** What this process of a campaign plays: every one of so many as there are processes. All, outside of a campaign. */
export function ownShare<Value>(all: readonly Value[]): readonly Value[] {
  const [share = 0, shares = 1] = (process.env[shareVariable] ?? "0/1").split("/").map(Number);
  return all.filter((_value, index) => index % shares === share);
}

/** A cell of a campaign as a file keeps it, a line each. */
type Kept<Result> = Result & { readonly seed: number; readonly faults: readonly string[] };

/** The cells that earlier runs of a campaign have kept, of those that are wanted. */
export function keptIn<Result>(
  file: string | undefined,
  isWanted: (kept: Kept<Result>) => boolean,
): readonly Result[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Kept<Result>).filter(isWanted);
}

/**
 * Runs a campaign whose cells are tests, which have checkouts and sandboxes of their own: vitest ends what they have started,
 * however they end. Interrupted, it ends after the sandboxes are stopped.
 */
export async function runByVitest<Result>(campaign: VitestCampaign<Result>): Promise<CampaignEnd<Result>> {
  const { processes, onResult } = campaign;
  const place = mkdtempSync(join(tmpdir(), "rollout-campaign-"));
  const results: Result[] = [];
  const add = (result: Result): void => {
    results.push(result);
    onResult(result, results.length);
  };
  const interrupted = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => interrupted.abort(signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  try {
    const ends = await Promise.all(
      Array.from({ length: processes }, (_each, share) =>
        runShare(campaign, {
          name: `${String(share)}/${String(processes)}`,
          files: join(place, String(share)),
          add,
          interrupted: interrupted.signal,
        }),
      ),
    );
    const failed = ends.filter(({ status }) => status !== 0);
    return {
      results,
      isGreen: failed.length === 0,
      isInterrupted: interrupted.signal.aborted,
      log: failed.map(({ log }) => log).join("\n"),
    };
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    rmSync(place, { recursive: true, force: true });
  }
}

interface Share<Result> {
  /** As `ownShare` reads it. */
  readonly name: string;
  /** Where its files begin. */
  readonly files: string;
  readonly add: (result: Result) => void;
  readonly interrupted: AbortSignal;
}

async function runShare<Result>(
  { folder, environment, variable }: VitestCampaign<Result>,
  { name, files, add, interrupted }: Share<Result>,
): Promise<{ readonly status: number | null; readonly log: string }> {
  const [file, log] = [`${files}.jsonl`, `${files}.log`];
  writeFileSync(file, "");
  const output = openSync(log, "a");
  try {
    // It exports its package.json, and not its program.
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const config = join(root, "tests", "chaos", folder, "vitest.config.mts");
    const child = spawn(process.execPath, [vitest, "run", "--config", config], {
      cwd: root,
      env: { ...process.env, ...environment, [variable]: file, [shareVariable]: name },
      stdio: ["ignore", output, output],
    });
    interrupted.addEventListener("abort", () => void child.kill(interrupted.reason as NodeJS.Signals));
    const over = new AbortController();
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).finally(() => over.abort());
    for await (const line of followLines(file, over.signal)) add(JSON.parse(line) as Result);
    return { status: await ended, log: readFileSync(log, "utf8") };
  } finally {
    closeSync(output);
  }
}

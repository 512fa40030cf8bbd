import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { followLines } from "../../../cli/engine/event-log.ts";
import type { ChaosOptions } from "../options.ts";
import { describeKill } from "./plan.ts";
import type { KillResult } from "./round.ts";
import { summaryOfKills } from "./summary.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** How a run of kills has ended. */
export interface KillRun {
  readonly status: number;
  readonly results: readonly KillResult[];
}

/**
 * Runs kills by vitest, which ends what they have started however they end, and prints each round as it ends. Interrupted, it ends
 * after the sandbox is stopped.
 */
export async function runKills(options: ChaosOptions): Promise<KillRun> {
  const { seed, kills = 1, kill: first = 1, json } = options;
  const folder = mkdtempSync(join(tmpdir(), "rollout-kills-"));
  const [file, log] = [join(folder, "results.jsonl"), join(folder, "log")];
  writeFileSync(file, "");
  const output = openSync(log, "a");
  const begun = performance.now();
  try {
    if (!json)
      process.stderr.write("preparing an environment with two releases, which takes about a minute …\n");
    // It exports its package.json, and not its program.
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const child = spawn(
      process.execPath,
      [vitest, "run", "--config", join(import.meta.dirname, "vitest.config.mts")],
      {
        cwd: root,
        env: {
          ...process.env,
          ...{ KILLS_SEED: String(seed), KILLS_FIRST: String(first), KILLS_COUNT: String(kills) },
          KILLS_RESULTS: file,
        },
        stdio: ["ignore", output, output],
      },
    );
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        interrupted.abort();
        child.kill(signal);
      });
    const over = new AbortController();
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).finally(() => over.abort());
    const results: KillResult[] = [];
    for await (const line of followLines(file, over.signal)) {
      const result = JSON.parse(line) as KillResult;
      results.push(result);
      if (!json) process.stderr.write(lineOf(result, results.length, options));
    }
    const status = await ended;
    if (json) {
      const seconds = Math.round((performance.now() - begun) / 1000);
      process.stdout.write(`${JSON.stringify({ seed, seconds, kills: results })}\n`);
    } else process.stdout.write(`${summaryOfKills(results, seed).join("\n")}\n`);
    if (interrupted.signal.aborted) return { status: 130, results };
    // Red rounds have been printed; what has failed around them has not.
    if (status !== 0 && results.every(({ faults }) => faults.length === 0))
      process.stderr.write(readFileSync(log, "utf8"));
    return { status: status === 0 && results.length === kills ? 0 : 1, results };
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(result: KillResult, count: number, { seed, kills = 1 }: ChaosOptions): string {
  const { faults, isLate, killedAfter, pending, secondsOfNext, number } = result;
  const when = isLate
    ? "it had ended before"
    : `after ${((killedAfter ?? 0) / 1000).toFixed(1)} s${pending.length === 0 ? "" : ` in ${pending.join(", ")}`}`;
  const head = `${String(count)} of ${String(kills)}  ${describeKill(result)}; ${when}; next ${secondsOfNext.toFixed(1)} s`;
  if (faults.length === 0) return `${head}\n`;
  return (
    `red: ${head}\n${faults.map((fault) => `  ${fault.replaceAll("\n", "\n  ")}`).join("\n")}\n` +
    `  again: bin/sandbox chaos --seed ${String(seed)} --kill ${String(number)}\n`
  );
}

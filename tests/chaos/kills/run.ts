import { appendFileSync } from "node:fs";
import type { ChaosOptions } from "../options.ts";
import { keptIn, runByVitest } from "../vitest-campaign.ts";
import { describeKill, kinds } from "./plan.ts";
import type { KillResult } from "./round.ts";
import { summaryOfKills } from "./summary.ts";

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
  const { seed, kills = 1, kill: first = 1, processes, keep, json } = options;
  const kept = keptIn<KillResult>(keep, (each) => each.seed === seed && each.faults.length === 0);
  const done = new Set(kept.map(({ number }) => number));
  const wanted = Array.from({ length: kills }, (_each, index) => first + index);
  const numbers = wanted.filter((number) => !done.has(number));
  const begun = performance.now();
  if (!json)
    process.stderr.write("preparing an environment with two releases, which takes about a minute …\n");
  const {
    results: unordered,
    isGreen,
    isInterrupted,
    log,
  } = await runByVitest<KillResult>({
    folder: "kills",
    environment: { KILLS_SEED: String(seed), KILLS_NUMBERS: numbers.join(",") },
    variable: "KILLS_RESULTS",
    processes: Math.min(processes, Math.ceil(numbers.length / kinds.length)),
    onResult: (result, count) => {
      if (keep !== undefined) appendFileSync(keep, `${JSON.stringify({ seed, ...result })}\n`);
      if (!json) process.stderr.write(lineOf(result, count + kills - numbers.length, options));
    },
  });
  const before = kept.filter(({ number }) => wanted.includes(number));
  const results = [...before, ...unordered].sort((one, other) => one.number - other.number);
  if (json) {
    const seconds = Math.round((performance.now() - begun) / 1000);
    process.stdout.write(`${JSON.stringify({ seed, seconds, kills: results })}\n`);
  } else process.stdout.write(`${summaryOfKills(results, seed).join("\n")}\n`);
  if (isInterrupted) return { status: 130, results };
  // Red rounds have been printed; what has failed around them has not.
  if (!isGreen && results.every(({ faults }) => faults.length === 0)) process.stderr.write(log);
  return { status: isGreen && results.length === kills ? 0 : 1, results };
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

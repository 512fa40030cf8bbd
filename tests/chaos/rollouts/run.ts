import { appendFileSync } from "node:fs";
import type { ChaosOptions } from "../options.ts";
import { keptIn, runByVitest } from "../vitest-campaign.ts";
import type { RolloutResult } from "./play.ts";
import { summaryOf } from "./report.ts";

/** How a campaign of complete rollouts has ended. */
export interface RolloutsRun {
  readonly status: number;
  readonly results: readonly RolloutResult[];
}

/** Runs complete rollouts under faults, and prints each as it ends. */
export async function runRollouts({
  rollouts: count = 1,
  seed,
  cell,
  processes,
  keep,
  json,
}: ChaosOptions): Promise<RolloutsRun> {
  const begun = performance.now();
  const wanted = Array.from({ length: cell === undefined ? count : 1 }, (_each, index) => index + 1);
  const kept = keptIn<RolloutResult>(
    keep,
    (each) => cell === undefined && each.seed === seed && wanted.includes(each.number),
  );
  // Red ones are played again, and stay as they were where that does not come to its end.
  const ends = new Map(kept.map((each) => [each.number, each]));
  const done = new Set(kept.filter(({ faults }) => faults.length === 0).map(({ number }) => number));
  const numbers = wanted.filter((number) => !done.has(number));
  const print = (text: string): void => {
    if (!json) process.stderr.write(text);
  };
  print("preparing: a rollout of each kind without a fault, for the calls that it makes …\n");
  const { isGreen, isInterrupted, log } = await runByVitest<RolloutResult>({
    folder: "rollouts",
    environment: {
      ROLLOUTS_NUMBERS: numbers.join(","),
      ROLLOUTS_SEED: String(seed),
      ...(cell === undefined ? {} : { ROLLOUTS_CELL: cell }),
    },
    variable: "ROLLOUTS_RESULTS",
    processes: Math.min(processes, numbers.length),
    onResult: (result, number) => {
      const { name, ended, seconds, faults } = result;
      ends.set(result.number, result);
      if (keep !== undefined) appendFileSync(keep, `${JSON.stringify({ seed, ...result })}\n`);
      const how = faults.length > 0 ? "red" : ended;
      const place = `${String(done.size + number)} of ${String(wanted.length)}`;
      print(`${place}  ${how}, ${String(seconds)} s: ${name}\n`);
    },
  });
  const results = [...ends.values()].sort((one, other) => one.number - other.number);
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stdout.write(
    json
      ? `${JSON.stringify({ seed, seconds, rollouts: results })}\n`
      : `${summaryOf(results, { seed, count: wanted.length, seconds }).join("\n")}\n`,
  );
  if (isInterrupted) return { status: 130, results };
  // Red rollouts have been printed; what has failed around them has not.
  if (!isGreen && results.every(({ faults }) => faults.length === 0)) process.stderr.write(log);
  return { status: isGreen && results.length === wanted.length ? 0 : 1, results };
}

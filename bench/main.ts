import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figureTable, meetsAim } from "./figures.ts";
import { benchGrowth, growthTable } from "./growth.ts";
import { benchHistory } from "./history.ts";
import { writeResults } from "./results.ts";
import { benchRollout, comparisonTable } from "./rollout.ts";
import { benchSandbox } from "./sandbox.ts";

const helpText = `npm run bench                measures the first two of the following, one after the other

npm run bench -- sandbox [--json] [--runs N] [--requests N]

Measures what this machine makes of the sandbox, each figure the median of N runs (default 3), beside an empty Node
HTTP server in the same run:
  start       bin/sandbox true with stopped clouds, on a home that was set up, with one database
  reset       bin/sandbox reset with running clouds
  requests/s  32 connections, N calls a run (default 4000); a durable write is on disk before its answer
  memory      the clouds' process and all that it started, without the Pulumi engine

  npm run bench -- sandbox --runs 5

npm run bench -- rollout [--json] [--runs N] [--quick] [--results FOLDER]

Measures rollouts of staging in a sandbox of its own, each figure the median of N runs (default 3) in which the contenders take
turns: the first rollout into empty clouds and a plain script of the same steps (bench/plain-rollout.ts), without the clouds'
delays and with realistic ones; an up and a preview with nothing to do and those of an empty program, four turns a run;
a rollback and rolling a release of the same size out by a build. Prints the longest steps, and writes JSON, a table and a
plot into FOLDER (default bench/results). Takes about five minutes a run, on an idle machine.

  --quick     one run

npm run bench -- growth [--json] [--workers 4,40] [--runs N]

Rolls out stacks of several sizes, one after the other: the application's two workers, and stubs that answer their health
check. Measures the first rollout, an up and a preview with nothing to do, a change of one worker, memory and the size of the
state. Forty workers take about ten minutes.

  npm run bench -- growth --workers 4,20 --runs 1

npm run bench -- history [--json] [--runs N] [--releases 1000] [--results FOLDER]

Measures an up and a preview with nothing to do over a record of so many releases, next to the same over a record of one, four turns
a run. The releases are entered and not rolled out, each with its two signed entries, as large as real ones, and its deployment.
Writes JSON, a table and a plot into FOLDER. Takes about five minutes.

  npm run bench -- history --releases 100 --runs 1

Exit status: 0 whatever was measured, 1 when something failed, 2 wrong use.
`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      runs: { type: "string", default: "3" },
      workers: { type: "string", default: "4,40" },
      requests: { type: "string", default: "4000" },
      releases: { type: "string", default: "1000" },
      quick: { type: "boolean", default: false },
      results: { type: "string", default: join(import.meta.dirname, "results") },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const known = ["sandbox", "rollout", "growth", "history"];
  if (positionals.length > 1 || positionals.some((name) => !known.includes(name)))
    throw new WrongUse(`There is no benchmark ${positionals.join(" ")}; there is: ${known.join(", ")}.`);
  const options = {
    runs: values.quick ? 1 : count("runs", values.runs),
    requests: count("requests", values.requests),
    releases: count("releases", values.releases, 2),
    results: values.results,
    workers: values.workers.split(",").map((each) => count("workers", each, fewestWorkers)),
  };
  for (const name of positionals.length === 0 ? known.slice(0, 2) : positionals)
    await measure(name, options, values.json);
  return 0;
}

async function measure(
  name: string,
  options: {
    readonly runs: number;
    readonly requests: number;
    readonly releases: number;
    readonly results: string;
    readonly workers: readonly number[];
  },
  asJson: boolean,
): Promise<void> {
  const load = loadavg()[0] ?? 0;
  if (load > availableParallelism() / 2)
    process.stderr.write(
      `Others work on this machine (load ${load.toFixed(1)} on ${availableParallelism()} processors): ` +
        "it would be faster on its own; hold the ratios against those of other runs.\n",
    );
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  if (name === "rollout" || name === "history") {
    const comparisons = await (name === "rollout" ? benchRollout : benchHistory)(options, say);
    const at = new Date().toISOString();
    say(`written: ${writeResults(options.results, name, { at, loadBefore: load, comparisons })}`);
    process.stdout.write(
      asJson
        ? `${JSON.stringify({ benchmark: name, ...machineOf(load), comparisons }, undefined, 2)}\n`
        : comparisonTable(comparisons),
    );
    return;
  }
  if (name === "growth") {
    const growth = await benchGrowth(options, say);
    process.stdout.write(
      asJson
        ? `${JSON.stringify({ benchmark: "growth", ...machineOf(load), growth }, undefined, 2)}\n`
        : growthTable(growth),
    );
    return;
  }
  const figures = await benchSandbox(options, say);
  process.stdout.write(
    asJson
      ? `${JSON.stringify(
          {
            benchmark: "sandbox",
            ...machineOf(load),
            figures: figures.map((each) => ({ ...each, meetsAim: meetsAim(each) })),
          },
          undefined,
          2,
        )}\n`
      : figureTable(figures),
  );
}

const machineOf = (loadBefore: number): Readonly<Record<string, number | string>> => ({
  processors: availableParallelism(),
  loadBefore,
  node: process.version,
});

class WrongUse extends Error {}

/** The application's two, and one that is changed. */
const fewestWorkers = 3;

function count(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new WrongUse(`--${name} must be an integer from ${String(least)}; got ${text}.`);
  return value;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    const isWrongUse = error instanceof WrongUse || (error instanceof TypeError && "code" in error);
    const text = error instanceof Error ? (isWrongUse ? error.message : error.stack) : String(error);
    process.stderr.write(`${text ?? ""}\n${isWrongUse ? "See: npm run bench -- --help\n" : ""}`);
    process.exitCode = isWrongUse ? 2 : 1;
  },
);

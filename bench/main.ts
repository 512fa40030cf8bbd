import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figureTable, meetsAim } from "./figures.ts";
import { writeResults } from "./results.ts";
import { benchRollout, comparisonTable } from "./rollout.ts";
import { benchSandbox } from "./sandbox.ts";

const helpText = `npm run bench                measures both of the following, one after the other

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
      requests: { type: "string", default: "4000" },
      quick: { type: "boolean", default: false },
      results: { type: "string", default: join(import.meta.dirname, "results") },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const known = ["sandbox", "rollout"];
  if (positionals.length > 1 || positionals.some((name) => !known.includes(name)))
    throw new WrongUse(`There is no benchmark ${positionals.join(" ")}; there is: ${known.join(", ")}.`);
  const options = {
    runs: values.quick ? 1 : count("runs", values.runs),
    requests: count("requests", values.requests),
    results: values.results,
  };
  for (const name of positionals.length === 0 ? known : positionals)
    await measure(name, options, values.json);
  return 0;
}

async function measure(
  name: string,
  options: { readonly runs: number; readonly requests: number; readonly results: string },
  asJson: boolean,
): Promise<void> {
  const load = loadavg()[0] ?? 0;
  if (load > availableParallelism() / 2)
    process.stderr.write(
      `Others work on this machine (load ${load.toFixed(1)} on ${availableParallelism()} processors): ` +
        "it would be faster on its own; hold the ratios against those of other runs.\n",
    );
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  if (name === "rollout") {
    const comparisons = await benchRollout(options, say);
    const at = new Date().toISOString();
    say(`written: ${writeResults(options.results, "rollout", { at, loadBefore: load, comparisons })}`);
    const machine = { processors: availableParallelism(), loadBefore: load, node: process.version };
    process.stdout.write(
      asJson
        ? `${JSON.stringify({ benchmark: "rollout", ...machine, comparisons }, undefined, 2)}\n`
        : comparisonTable(comparisons),
    );
    return;
  }
  const figures = await benchSandbox(options, say);
  process.stdout.write(
    asJson
      ? `${JSON.stringify(
          {
            benchmark: "sandbox",
            processors: availableParallelism(),
            loadBefore: load,
            node: process.version,
            figures: figures.map((each) => ({ ...each, meetsAim: meetsAim(each) })),
          },
          undefined,
          2,
        )}\n`
      : figureTable(figures),
  );
}

class WrongUse extends Error {}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new WrongUse(`--${name} must be an integer from 1; got ${text}.`);
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

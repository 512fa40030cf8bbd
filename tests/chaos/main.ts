// The program of `bin/sandbox chaos`: runs cells in processes of its own, and reports how each ended.
import { fork } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { bugs } from "./bugs.ts";
import { type CellResult, planCells, runCells } from "./campaign.ts";
import { speedUp } from "./fast-clock.ts";
import { prepareFlyctl } from "./flyctl.ts";
import { runKills } from "./kills/run.ts";
import { killsSection } from "./kills/summary.ts";
import { type ChaosOptions, readOptions, UsageError } from "./options.ts";
import { matrixPage } from "./page.ts";
import { withMatrix, withSection } from "./page-sections.ts";
import { sectionOf } from "./rollouts/report.ts";
import { runRollouts } from "./rollouts/run.ts";
import { recordedCalls } from "./left-out.ts";
import { installFence, installRuns } from "./run-of-calls.ts";
import { summaryOf } from "./summary.ts";
import { neededSteps, steps } from "./steps/index.ts";

const factor = 12;
const cellsAtOnce = 5;
const checkout = join(import.meta.dirname, "..", "..");

/** What a process of the campaign reports to the first one. */
type Report = { readonly planned: number; readonly all: number } | { readonly result: CellResult };

async function runShard(options: ChaosOptions, [shard, shards]: readonly [number, number]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollout-chaos-"));
  try {
    process.env["TMPDIR"] = folder;
    const flyctl = await prepareFlyctl(checkout, folder);
    const bug = options.bug === undefined ? undefined : bugs[options.bug];
    const begun = process.hrtime.bigint();
    const limit = options.minutes === undefined ? undefined : BigInt(options.minutes) * 60_000_000_000n;
    const goesOn = (): boolean => limit === undefined || process.hrtime.bigint() - begun < limit;
    speedUp(factor);
    installRuns(bug?.wrapFetch, bug?.ignoresLease);
    const means = { flyctl, steps: neededSteps };
    const named = options.step ?? / in (\S+) \w+( ×|$)/.exec(options.cell ?? "")?.[1];
    const chosen = named === undefined ? steps : steps.filter(({ name }) => name === named);
    const planned = (await planCells(chosen, options.seed, means)).filter(({ name }) =>
      matches(name, options.cell),
    );
    const sampled = options.sample === undefined ? planned : planned.slice(0, options.sample);
    const own = sampled.filter((_cell, number) => number % shards === shard);
    report({ planned: own.length, all: planned.length });
    const [first, rest] = [true, false].map((ends) =>
      own.filter(({ cell }) => (cell.step.endsLease ?? false) === ends),
    );
    for (const cells of [first ?? [], rest ?? []]) {
      if (bug?.ignoresLease !== true) installFence();
      await runCells(cells, { ...means, bug: bug?.driver }, { atOnce: cellsAtOnce, goesOn }, (result) =>
        report({ result }),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function report(message: Report): void {
  process.send?.(message);
}

/** Whether a cell is meant by the words of `--cell`, which may leave out the step. */
function matches(name: string, wanted: string | undefined): boolean {
  if (wanted === undefined || name === wanted) return true;
  const [call = "", fault] = wanted.split(" × ");
  const [ownCall = "", ownFault] = name.split(" × ");
  return (fault === undefined || fault === ownFault) && `${ownCall} `.startsWith(`${call.trim()} `);
}

async function campaign(options: ChaosOptions): Promise<number> {
  const begun = performance.now();
  const results: CellResult[] = [];
  let [planned, all] = [0, 0];
  const children = Array.from({ length: options.processes }, (_each, shard) => {
    const child = fork(import.meta.filename, process.argv.slice(2), {
      env: { ...process.env, ROLLOUT_CHAOS_SHARD: `${String(shard)}/${String(options.processes)}` },
    });
    child.on("message", (message: Report) => {
      if ("planned" in message) {
        planned += message.planned;
        all = message.all;
      } else {
        results.push(message.result);
        if (!options.json && message.result.faults.length > 0) printRed(message.result, options);
        if (!options.json && results.length % 100 === 0)
          process.stderr.write(`${String(results.length)} of ${String(planned)} cells\n`);
      }
    });
    return { child, ended: new Promise<number | null>((resolve) => void child.once("exit", resolve)) };
  });
  const stop = (): void => children.forEach(({ child }) => void child.kill("SIGTERM"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const statuses = await Promise.all(children.map(({ ended }) => ended));
  results.sort((one, other) => (one.name < other.name ? -1 : 1));
  const seconds = Math.round((performance.now() - begun) / 1000);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ seed: options.seed, seconds, cells: results })}\n`);
  else process.stdout.write(`${summaryOf(results, { ...options, seconds, planned }).join("\n")}\n`);
  const recorded = options.recording === undefined ? [] : await recordedCalls(options.recording);
  if (options.page !== undefined) {
    const matrix = matrixPage(results, { seed: options.seed, planned: all, recorded });
    await writePage(options.page, (page) => withMatrix(page, matrix));
  }
  if (statuses.some((status) => status === null)) return 130;
  const isCut = options.minutes !== undefined;
  if (results.length === 0 || (!isCut && results.length < planned) || statuses.some((status) => status !== 0))
    return 1;
  return results.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

/** Complete rollouts, killed or under a fault, in place of cells. */
async function ofRollouts(options: ChaosOptions): Promise<number> {
  const { seed, page: file, rollouts } = options;
  const section =
    rollouts === undefined
      ? await runKills(options).then(
          ({ status, results }) => [status, results.length, killsSection(results, seed)] as const,
        )
      : await runRollouts(options).then(
          ({ status, results }) => [status, results.length, sectionOf(results, seed)] as const,
        );
  const [status, count, text] = section;
  if (file !== undefined && count > 0) await writePage(file, (page) => withSection(page, text));
  return status;
}

async function writePage(file: string, changed: (page: string) => string): Promise<void> {
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";
  writeFileSync(file, await format(changed(page), { parser: "markdown", printWidth: 128 }));
}

function printRed({ name, faults }: CellResult, { seed, bug }: ChaosOptions): void {
  const again = `bin/sandbox chaos --seed ${String(seed)} --cell '${name}'${bug === undefined ? "" : ` --bug '${bug}'`}`;
  process.stdout.write(
    `red: ${name}\n${faults.map((fault) => `  ${fault.replaceAll("\n", "\n  ")}`).join("\n")}\n  again: ${again}\n`,
  );
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const shard = process.env["ROLLOUT_CHAOS_SHARD"];
  if (shard === undefined) {
    const { kills, kill, rollouts } = options;
    const isOfCells = kills === undefined && kill === undefined && rollouts === undefined;
    process.exitCode = await (isOfCells ? campaign(options) : ofRollouts(options));
    return;
  }
  await runShard(options, shard.split("/").map(Number) as [number, number]);
  // Timers of runs that were killed, and their calls, would keep it alive.
  process.disconnect();
  process.exit(0);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`bin/sandbox chaos: ${error.message}. See: bin/sandbox chaos --help\n`);
    process.exit(2);
  }
  process.stderr.write(
    `bin/sandbox chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});

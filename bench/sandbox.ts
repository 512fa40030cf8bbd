import { openBenchSandbox, type BenchSandbox } from "./bench-sandbox.ts";
import { openEmptyServer } from "./empty-server.ts";
import { figure, type Figure } from "./figures.ts";
import { requestsPerSecond, type Call } from "./load.ts";
import { memoryOfTree } from "./memory.ts";

export interface SandboxBenchOptions {
  /** Each figure is the median of so many. */
  readonly runs: number;
  /** A run of a rate makes so many calls. */
  readonly requests: number;
}

const aims = { startSeconds: 3, resetSeconds: 0.5, requests: 2_000, memoryMebibytes: 1_024 };
const connections = 32;

/** Start, reset, requests a second and memory of a sandbox, against an empty Node HTTP server. */
export async function benchSandbox(
  options: SandboxBenchOptions,
  say: (line: string) => void,
): Promise<Figure[]> {
  const sandbox = openBenchSandbox();
  try {
    say("setting up");
    await sandbox.run("true");
    const calls = await sandbox.fill();
    const rates = await measureRates(calls, options, say);
    say("memory");
    const memory = memoryOfTree(sandbox.pid());
    const { starts, resets } = await measureStarts(sandbox, options, say);
    const empty = await measureEmpty(options);
    return [
      figure("start, with one database", "s", starts, {
        aim: aims.startSeconds,
        emptyServer: empty.startSeconds,
      }),
      figure("reset, while it runs", "s", resets, { aim: aims.resetSeconds }),
      ...rates,
      figure("memory of all processes", "MiB", [memory], {
        aim: aims.memoryMebibytes,
        emptyServer: empty.mebibytes,
      }),
    ];
  } finally {
    await sandbox.close();
  }
}

async function measureStarts(
  sandbox: BenchSandbox,
  { runs }: SandboxBenchOptions,
  say: (line: string) => void,
): Promise<{ readonly starts: number[]; readonly resets: number[] }> {
  const [starts, resets]: [number[], number[]] = [[], []];
  for (let run = 1; run <= runs; run += 1) {
    say(`start and reset ${run} of ${runs}`);
    await sandbox.run("stop");
    starts.push(await sandbox.run("true"));
    resets.push(await sandbox.run("reset"));
    await sandbox.run("true");
    await sandbox.fill();
  }
  return { starts, resets };
}

async function measureRates(
  { reads, writes }: { readonly reads: readonly Call[]; readonly writes: readonly Call[] },
  { runs, requests }: SandboxBenchOptions,
  say: (line: string) => void,
): Promise<Figure[]> {
  const empty = await openEmptyServer();
  const measure = async (name: string, call: Call): Promise<Figure> => {
    say(name);
    const floor = { ...call, origin: empty.origin };
    const [rates, floors]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run += 1) {
      floors.push(await requestsPerSecond(floor, { requests, connections }));
      rates.push(await requestsPerSecond(call, { requests, connections }));
    }
    const { value } = figure(name, "requests/s", floors);
    return figure(name, "requests/s", rates, { aim: aims.requests, emptyServer: value });
  };
  const cloudOf = ["Neon", "Fly.io", "Vercel", "GitHub"];
  const figures: Figure[] = [];
  try {
    for (const [index, call] of reads.entries())
      figures.push(await measure(`reads, ${cloudOf[index] ?? ""}`, call));
    for (const [index, call] of writes.entries())
      figures.push(await measure(`durable writes, ${cloudOf[index] ?? ""}`, call));
  } finally {
    await empty.close();
  }
  return figures;
}

async function measureEmpty({
  runs,
}: SandboxBenchOptions): Promise<{ readonly startSeconds: number; readonly mebibytes: number }> {
  const [starts, sizes]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const server = await openEmptyServer();
    starts.push(server.startSeconds);
    sizes.push(memoryOfTree(server.pid));
    await server.close();
  }
  return {
    startSeconds: figure("", "s", starts).value,
    mebibytes: figure("", "MiB", sizes).value,
  };
}

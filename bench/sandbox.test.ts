import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { figure, figureTable, meetsAim } from "./figures.ts";

const checkout = join(import.meta.dirname, "..");

function bench(
  ...args: readonly string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", "bench", "--", ...args], { cwd: checkout });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
}

it("measures a sandbox and an empty server, and prints both", { timeout: 180_000 }, async () => {
  const { status, stdout, stderr } = await bench("sandbox", "--runs", "1", "--requests", "64", "--json");
  expect(status, stderr).toBe(0);
  const { figures } = JSON.parse(stdout) as { figures: { name: string; value: number; aim: number }[] };
  expect(figures.map(({ name }) => name)).toEqual([
    "start, with one database",
    "reset, while it runs",
    ...["Neon", "Fly.io", "Vercel", "GitHub"].map((cloud) => `reads, ${cloud}`),
    ...["Neon", "Fly.io", "Vercel", "GitHub"].map((cloud) => `durable writes, ${cloud}`),
    "memory of all processes",
  ]);
  for (const { name, value, aim } of figures) expect([name, value > 0, aim > 0]).toEqual([name, true, true]);
});

it("takes the median, and of rates the higher for the better", () => {
  const rate = figure("reads", "requests/s", [3_000, 1_000, 2_500], { aim: 2_000, emptyServer: 10_000 });
  const time = figure("start", "s", [4, 2], { aim: 2.5 });
  expect([rate.value, time.value]).toEqual([2_500, 3]);
  expect([meetsAim(rate), meetsAim(time)]).toEqual([true, false]);
  expect(figureTable([rate, time])).toBe(
    [
      "                median          runs         aim  empty server  ratio",
      "reads  2500 requests/s  1000 to 3000    2000 met         10000   0.25",
      "start           3.00 s  2.00 to 4.00  2.5 MISSED",
      "",
    ].join("\n"),
  );
});

it.each([
  [
    ["sandbax"],
    "There is no benchmark sandbax; there is: sandbox, rollout, growth, history.\nSee: npm run bench -- --help\n",
  ],
  [["sandbox", "--runs", "0"], "--runs must be an integer from 1; got 0.\nSee: npm run bench -- --help\n"],
])("answers %j with what is wrong and exit status 2", { timeout: 60_000 }, async (args, text) => {
  const { status, stderr } = await bench(...args);
  expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
});

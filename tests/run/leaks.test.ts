import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { isAlive } from "../../sandbox/cloud/process-identity.ts";

const root = join(import.meta.dirname, "..", "..");

interface EndedRun {
  readonly status: unknown;
  readonly output: string;
}

/** Runs one of the fixtures as a test file of a run of its own, and interrupts it when this settles. */
async function runFixture(name: string, interrupted?: Promise<unknown>): Promise<EndedRun> {
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  const config = join("tests", "run", "fixtures", "vitest.config.mts");
  const child = spawn(process.execPath, [program, "run", "--config", config, `fixtures/${name}.`], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  void interrupted?.finally(() => child.kill("SIGINT"));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [status] = (await once(child, "close")) as unknown[];
  return { status, output };
}

const leaks = [
  { fixture: "folder", found: /"file atlaris-sandbox-\w+"/ },
  { fixture: "process", found: /"process \d+: .*setInterval/ },
  { fixture: "server", found: /"1 listening server\(s\) in the test's own process"/ },
];

it.each(leaks)(
  "a test file that leaves a $fixture behind fails, though its tests pass, and the report names it",
  { timeout: 60_000 },
  async ({ fixture, found }) => {
    const { status, output } = await runFixture(fixture);
    expect(output).toMatch(found);
    expect(output).toMatch(/Tests +1 passed \(1\)/);
    expect(output).toMatch(/Test Files +1 failed \(1\)/);
    expect(status).toBe(1);
  },
);

it("a test file that cleans up passes, and its run leaves no folder", { timeout: 60_000 }, async () => {
  const { status, output } = await runFixture("clean");
  expect(output).toMatch(/Test Files +1 passed \(1\)/);
  expect(status).toBe(0);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith("atl-"))).toEqual([]);
});

it(
  "an interrupted run ends what its tests have started, and leaves no folder",
  { timeout: 120_000 },
  async () => {
    const runs = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("atl-"));
    /** Where the fixture has written the number of the process that it started. */
    const started = (): string | undefined =>
      runs()
        .flatMap((run) =>
          readdirSync(join(tmpdir(), run)).map((name) => join(tmpdir(), run, name, "started")),
        )
        .find((file) => existsSync(file));
    let pid = 0;
    const isWaiting = vi.waitUntil(started, { timeout: 60_000 }).then((file) => {
      pid = Number(readFileSync(file, "utf8"));
    });
    const { status } = await runFixture("waiting", isWaiting);
    await isWaiting;
    expect(status).toBe(130);
    await vi.waitUntil(() => !isAlive(pid), { timeout: 60_000 });
    expect(runs()).toEqual([]);
  },
);

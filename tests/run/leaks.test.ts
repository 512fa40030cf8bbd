import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Runs one of the fixtures as a test file of a run of its own. */
async function runFixture(name: string): Promise<{ readonly status: unknown; readonly output: string }> {
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  const config = join("tests", "run", "fixtures", "vitest.config.mts");
  const child = spawn(process.execPath, [program, "run", "--config", config, `fixtures/${name}.`], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
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

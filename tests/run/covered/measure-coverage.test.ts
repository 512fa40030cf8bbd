import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { measureCoverage, type FileCoverage } from "./measure-coverage.ts";
import { coverageText } from "./report-coverage.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const hook = join(root, "tests", "run", "process-hook.cjs");
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-"));
  for (const name of ["sources", "processes"]) mkdirSync(join(folder, "coverage", name), { recursive: true });
  environment = {
    ...process.env,
    ROLLOUT_TEST_RUN: folder,
    ROLLOUT_TEST_COVERAGE: "1",
    NODE_OPTIONS: `--require=${JSON.stringify(hook)}`,
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (code: string): ReturnType<typeof spawn> =>
  spawn(process.execPath, ["-e", code], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
const coverageOf = async (file: string): Promise<FileCoverage | undefined> =>
  (await measureCoverage(root, join(folder, "coverage"))).find((each) => each.file === file);

it("counts the lines that the command line ran, in its own process", { timeout: 240_000 }, async () => {
  const { status } = spawnSync(process.execPath, [join(root, "bin", "rollout"), "--help"], {
    env: environment,
  });
  expect(status).toBe(0);
  const main = await coverageOf("cli/main.ts");
  expect(main?.covered).toBeGreaterThan(0);
  expect(main?.missed.length).toBeGreaterThan(0);
  expect((await coverageOf("cli/commands/up.ts"))?.covered).toBeGreaterThan(0);
  expect((await coverageOf("src/workers/run-worker.ts"))?.covered).toBe(0);
});

const loadsOurs = `(require("tsx/cjs"), require("./infra/shared/digest.ts"));`;

it("counts a process that was given an environment of its own", { timeout: 240_000 }, async () => {
  const child = JSON.stringify(loadsOurs);
  await once(
    start(
      `require("node:child_process").spawn(process.execPath, ["-e", ${child}], { env: {}, stdio: "inherit" })`,
    ),
    "close",
  );
  expect((await coverageOf("infra/shared/digest.ts"))?.covered).toBeGreaterThan(0);
});

it(
  "counts a process that a signal ended, which still ends by that signal",
  { timeout: 240_000 },
  async () => {
    const child = start(`${loadsOurs} console.log("up"); setInterval(() => undefined, 1000)`);
    if (child.stdout) await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
    expect((await coverageOf("infra/shared/digest.ts"))?.covered).toBeGreaterThan(0);
  },
);

it(
  "counts what a process runs after it has written, as a worker does after each file",
  { timeout: 240_000 },
  async () => {
    const write = `globalThis[Symbol.for("rollout.writeCoverage")]();`;
    const covered = async (code: string): Promise<number> => {
      await once(start(`const ours = ${loadsOurs} ${code}`), "close");
      return (await coverageOf("infra/shared/digest.ts"))?.covered ?? 0;
    };
    const before = await covered(write);
    expect(before).toBeGreaterThan(0);
    expect(await covered(`${write} ours.shortDigest("0123"); ${write}`)).toBeGreaterThan(before);
  },
);

it("measures the first three processes of a program, then one of four", { timeout: 240_000 }, async () => {
  const program = join(folder, "program.cjs");
  writeFileSync(program, `console.log(Symbol.for("rollout.writeCoverage") in globalThis);`);
  const isMeasured = (command: string): boolean =>
    spawnSync(process.execPath, [program, command], { env: environment, encoding: "utf8" }).stdout ===
    "true\n";
  expect(Array.from({ length: 8 }, () => isMeasured("up"))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(isMeasured("rollback")).toBe(true);
});

it("shows the program an environment without the hook", { timeout: 240_000 }, async () => {
  const child = start(
    "console.log(Object.keys(process.env).filter((name) => /^(ROLLOUT_TEST|NODE_OPTIONS)/.test(name)))",
  );
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, "close");
  expect(printed.trim()).toBe("[]");
  expect(readdirSync(join(folder, "coverage", "processes"))).toEqual([]);
});

it("runs compiled code of other processes only where it does not measure", { timeout: 240_000 }, async () => {
  const compiled = async (): Promise<string> => {
    const child = start(
      `require("./bin/compile-cache.cjs"); console.log(String(require("node:module").getCompileCacheDir()))`,
    );
    let printed = "";
    child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await once(child, "close");
    return printed.trim();
  };
  expect(await compiled()).toBe("undefined");
  delete environment["ROLLOUT_TEST_COVERAGE"];
  expect(await compiled()).toContain("node-compile-cache");
});

it("prints the share of lines and the files that miss most, and fails when that is too few", () => {
  const files = [
    { file: "infra/a.ts", lines: 10, covered: 5, missed: [2, 3, 5, 20, 21] },
    { file: "src/b.ts", lines: 90, covered: 75, missed: Array.from({ length: 15 }, (_, at) => at * 10 + 1) },
    { file: "src/c.ts", lines: 5, covered: 5, missed: [] },
  ];
  expect(coverageText(files)).toBe(
    `
Coverage of infra, stacks, cli and src, with their processes: 81.0 % of lines: less than 85 %, the run fails
Most lines missed:
   15 of 90  src/b.ts: 1, 11, 21, 31, 41, 51, …
    5 of 10  infra/a.ts: 2-5, 20-21
`,
  );
});

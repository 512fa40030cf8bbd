import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const checkout = join(import.meta.dirname, "..", "..");
const limitMilliseconds = 90_000;

/** What a command line gave. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sandbox of its own in a temporary folder, used by its command line only. */
export interface TestSandbox {
  readonly home: string;
  /** Runs `bin/sandbox` with these words; `cwd` is the checkout by default. */
  run(
    words: readonly string[],
    options?: { readonly cwd?: string; readonly input?: string },
  ): Promise<Outcome>;
  /** Runs it and gives its standard output. @throws where it does not end with 0. */
  read(...words: readonly string[]): Promise<string>;
  /** Starts it and does not wait. */
  start(words: readonly string[]): ChildProcess;
  close(): Promise<void>;
}

/** The path holds a space, as many a user's home does. */
export function openTestSandbox(): TestSandbox {
  const home = mkdtempSync(join(tmpdir(), "atlaris sandbox-"));
  const start = (words: readonly string[], cwd = checkout): ChildProcess =>
    spawn(process.execPath, [join(checkout, "bin", "sandbox"), ...words], {
      cwd,
      env: { ...process.env, SANDBOX_HOME: home, SANDBOX_CHECK_ANSWERS: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
  const run: TestSandbox["run"] = (words, { cwd, input } = {}) =>
    new Promise((resolve, reject) => {
      const child = start(words, cwd);
      AbortSignal.timeout(limitMilliseconds).addEventListener("abort", () => child.kill("SIGKILL"));
      let [stdout, stderr] = ["", ""];
      child.stdout?.on("data", (data: Buffer) => (stdout += data.toString()));
      child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
      child.stdin?.on("error", () => undefined).end(input);
      child.once("error", reject);
      child.once("close", (status) => resolve({ status, stdout, stderr }));
    });
  return {
    home,
    run,
    read: async (...words) => {
      const { status, stdout, stderr } = await run(words);
      if (status !== 0)
        throw new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}: ${stderr}`);
      return stdout;
    },
    start,
    close: async () => {
      await run(["stop", "--force"]);
      const file = join(home, "contract-findings.jsonl");
      const findings = existsSync(file) ? readFileSync(file, "utf8") : "";
      rmSync(home, { recursive: true, force: true });
      if (findings !== "") throw new Error(`Answers not as documented:\n${findings}`);
    },
  };
}

/** Writes a Pulumi project whose program is `program` in TypeScript; it uses this checkout's packages. */
export function writeProject(folder: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "name": "tiny" }');
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: tiny\nruntime: { name: nodejs, options: { typescript: false, nodeargs: --require tsx/cjs } }\nmain: index.ts\n",
  );
  writeFileSync(join(folder, "index.ts"), program);
}

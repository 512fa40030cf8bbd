import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { killAfter, killTree } from "./kill-tree.ts";

/** How a command ended and all that it printed, both streams in order. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** A command that runs. */
export interface Begun {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

export interface Sandbox {
  readonly home: string;
  /** What all commands of `run` and `interrupt` have printed, each with its words. */
  readonly printed: readonly string[];
  /** Runs `bin/sandbox` with these words, as a user would. */
  run(...words: readonly string[]): Promise<Ended>;
  /** Runs a line as it is typed into a shell in the checkout. */
  type(line: string): Promise<Ended>;
  /** Runs it, fails the test when it does, and gives its standard output. */
  read(...words: readonly string[]): Promise<string>;
  /** Runs it until something can be observed, then kills it with every process that has come of it, as a crash would. */
  runUntil(seen: () => Promise<boolean>, ...words: readonly string[]): Promise<void>;
  /** Runs it, and kills it with every process that has come of it when so many milliseconds have gone by. */
  killAfter(milliseconds: number, ...words: readonly string[]): Promise<void>;
  /** Starts it as the leader of a session of its own, to be killed or waited for. */
  begin(...words: readonly string[]): Begun;
  /** Runs it until its output matches, then sends the process group an interrupt, as Ctrl-C does, and waits for its end. */
  interrupt(seen: RegExp, ...words: readonly string[]): Promise<Ended>;
  /** Stops and removes it; fails when an answer of a cloud was not as the vendor documents. */
  close(): Promise<void>;
}

/** A sandbox with a home of its own, for one checkout. */
export function openSandbox(checkout: string): Sandbox {
  const home = mkdtempSync(join(tmpdir(), "atlaris-sandbox-"));
  const program = join(checkout, "bin", "sandbox");
  const start = (
    words: readonly string[],
    limit: number,
    started = program,
  ): Promise<Ended & { readonly stdout: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(started, words, {
        cwd: checkout,
        env: environmentOf(home),
        stdio: ["ignore", "pipe", "pipe"],
        timeout: limit,
      });
      let [output, stdout] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        stdout += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("error", reject);
      child.once("close", (status) => resolve({ status, output, stdout }));
    });
  const printed: string[] = [];
  let hasKilled = false;
  const note = (words: readonly string[], ended: Ended): Ended => {
    printed.push(`${words.join(" ")}\n${ended.output}`);
    return ended;
  };
  const sandbox: Sandbox = {
    home,
    printed,
    run: async (...words) => note(words, await start(words, 600_000)),
    type: async (line) => note([line], await start(["-c", line], 300_000, "/bin/sh")),
    read: async (...words) => {
      const { status, output, stdout } = await start(words, 180_000);
      if (status !== 0)
        throw new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}:\n${output}`);
      return stdout;
    },
    runUntil: async (seen, ...words) => {
      const child = spawn(join(checkout, "bin", "sandbox"), words, {
        cwd: checkout,
        env: environmentOf(home),
        stdio: "ignore",
        detached: true,
      });
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
      let isSeen = false;
      const isOver = async (): Promise<boolean> => (isSeen = await seen()) || child.exitCode !== null;
      const never = `bin/sandbox ${words.join(" ")} never came that far`;
      await vi.waitUntil(isOver, { timeout: 120_000 }).catch((cause: unknown) => {
        throw new Error(never, { cause });
      });
      // TypeScript does not see that the look changes it.
      if (!(isSeen as boolean)) throw new Error(never);
      hasKilled = true;
      await killTree(child.pid ?? Number.NaN);
      await ended;
    },
    killAfter: async (milliseconds, ...words) => {
      const child = spawn(program, words, {
        cwd: checkout,
        env: environmentOf(home),
        stdio: "ignore",
        detached: true,
      });
      hasKilled = true;
      await killAfter(child, milliseconds);
    },
    begin: (...words) => {
      hasKilled = true;
      const child = spawn(program, words, {
        cwd: checkout,
        env: environmentOf(home),
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        timeout: 600_000,
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      const ended = new Promise<Ended>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (status) => resolve(note(words, { status, output })));
      });
      return { pid: child.pid ?? Number.NaN, ended };
    },
    interrupt: (seen, ...words) =>
      new Promise((resolve, reject) => {
        const child = spawn(join(checkout, "bin", "sandbox"), words, {
          cwd: checkout,
          env: environmentOf(home),
          stdio: ["ignore", "pipe", "pipe"],
          detached: true,
          timeout: 300_000,
        });
        let output = "";
        let interrupted = false;
        const take = (chunk: Buffer): void => {
          output += chunk.toString();
          if (interrupted || !seen.test(output)) return;
          interrupted = true;
          process.kill(-(child.pid ?? Number.NaN), "SIGINT");
        };
        child.stdout.on("data", take);
        child.stderr.on("data", take);
        child.once("error", reject);
        child.once("close", (status) => resolve(note(words, { status, output })));
      }),
    close: async () => {
      const strangers = strangeCalls((await start(["status", "--json"], 60_000)).stdout);
      await start(["stop", "--force"], 60_000);
      const file = join(home, "contract-findings.jsonl");
      const findings = existsSync(file) ? readFileSync(file, "utf8") : "";
      rmSync(home, { recursive: true, force: true });
      if (hasKilled) removeFoldersOfKilled();
      if (findings !== "") throw new Error(`Answers not as documented:\n${findings}`);
      if (strangers.length > 0) throw new Error(`Calls that docs/sandbox.md lacks:\n${strangers.join("\n")}`);
    },
  };
  return sandbox;
}

/** What a killed command could not remove itself: the next one does, and after the last there is none. */
export function removeFoldersOfKilled(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => /^cloud-rollout-of-\d+-/.test(each)))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

interface Call {
  readonly cloud: string;
  readonly name: string;
}

/** What was called, of which the table of docs/sandbox.md knows nothing; `status` is that of the sandbox, as JSON. */
function strangeCalls(status: string): string[] {
  const { seenCalls, unknownCalls } = JSON.parse(status) as {
    readonly seenCalls: readonly Call[];
    readonly unknownCalls: readonly {
      readonly cloud: string;
      readonly method: string;
      readonly path: string;
    }[];
  };
  const table = readFileSync(join(import.meta.dirname, "..", "..", "docs", "sandbox.md"), "utf8");
  return [
    ...seenCalls.filter(({ name }) => !table.includes(`| \`${name}\` `)),
    ...unknownCalls.map(({ cloud, method, path }) => ({ cloud, name: `${method} ${path}` })),
  ].map(({ cloud, name }) => `${cloud} ${name}`);
}

/** The environment of a command: a fresh terminal, in which this sandbox and its own snapshots are named. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    SANDBOX_HOME: home,
    SANDBOX_SNAPSHOTS: join(home, "snapshots"),
    SANDBOX_CHECK_ANSWERS: "1",
    NO_COLOR: "1",
  };
}

/** What a fresh terminal has: none of the variables of the test runner and of CI. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV|TEST|VITE_|(CI|GITHUB_ACTIONS)$)/.test(name),
  );
  return Object.fromEntries(kept);
}

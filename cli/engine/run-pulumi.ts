import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noteEngine } from "@rollout/infra/rollout/lease/engine-record";
import { makeOwnFolder } from "@rollout/infra/shared/own-folder";
import { UsageError } from "../usage-error.ts";
import type { EngineEvent } from "./engine-event.ts";
import { parseEvent } from "./engine-event.ts";
import { followLines } from "./event-log.ts";

/** A run of the engine, seen through its event log. */
export interface EngineRun {
  /** What happens, in order; ends with the engine. */
  readonly events: AsyncIterable<EngineEvent>;
  /** Asks the engine to stop after the steps under way; asked again, at once. */
  interrupt(): void;
  /** How it ended. Await it after the events. */
  readonly ended: Promise<EngineEnd>;
}

export interface EngineEnd {
  readonly status: number;
  /** What ended it, where it did not end on its own. */
  readonly signal?: NodeJS.Signals | null;
  /** What the engine wrote to its error output. */
  readonly stderr: string;
}

/**
 * Starts `pulumi` with these words, without questions, in the checkout. In a process group of its own: a terminal's
 * Ctrl-C reaches the engine once, through `interrupt`, and not a second time, which would mean "at once" to it.
 *
 * @throws UsageError when there is no `pulumi` on the PATH.
 */
export async function runPulumi(
  checkout: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<EngineRun> {
  const folder = makeOwnFolder();
  const log = join(folder, "events.jsonl");
  // The engine makes it as well; it is there before the first look.
  writeFileSync(log, "", { mode: 0o600 });
  const child = spawn("pulumi", [...words, "--non-interactive", "--event-log", log], {
    cwd: checkout,
    // The option is one of the Automation API's; the engine hides it from others.
    env: { ...environment, PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const forget = child.pid === undefined ? () => undefined : noteEngine(child.pid);
  const over = new AbortController();
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-64_000)));
  const ended = new Promise<EngineEnd>((resolve) => {
    child.once("close", (code, signal) => {
      over.abort();
      // One that was killed has left its lock.
      if (code !== null && code < 128) forget();
      resolve({ status: code ?? 1, signal, stderr });
    });
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new UsageError(
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout up --stack staging"
        : `pulumi cannot be run: ${(error as Error).message}`,
    );
  }
  return {
    events: eventsOf(log, over.signal, () => rmSync(folder, { recursive: true, force: true })),
    interrupt: () => void child.kill("SIGINT"),
    ended,
  };
}

async function* eventsOf(log: string, over: AbortSignal, close: () => void): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of followLines(log, over)) yield parseEvent(line);
  } finally {
    close();
  }
}

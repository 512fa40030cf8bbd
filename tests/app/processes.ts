import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { vi } from "vitest";
import { freePort } from "./postgres.ts";

/** A process of the application, started from its bundle. */
export interface AppProcess {
  /** Where it answers, without a trailing slash. */
  readonly origin: string;
  /** The lines that it logged so far. */
  readonly lines: readonly string[];
  /** Settles with the first log line of this event. */
  logged(event: string): Promise<Record<string, unknown>>;
  /** Sends the signal and goes on. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and settles when the process has ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

const waitLimit = 60_000;

/** Starts Node with `args`; ready when it has logged `readyEvent`. PORT is a free one. */
export async function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readyEvent: string,
): Promise<AppProcess> {
  for (let tries = 1; ; tries += 1)
    try {
      return await startOnce(args, env, readyEvent);
    } catch (error) {
      // Between the moment in which a port was found free and its use, another test can have taken it.
      if (tries === 3 || !(error as Error).message.includes("EADDRINUSE")) throw error;
    }
}

async function startOnce(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readyEvent: string,
): Promise<AppProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"], ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // "exit" would come before its last lines were read.
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let closed = false;
  child.once("close", () => (closed = true));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const find = (event: string): string | undefined =>
    lines.find((line) => line.includes(`"event":"${event}"`));

  const appProcess: AppProcess = {
    origin: `http://127.0.0.1:${port}`,
    lines,
    logged: async (event) => {
      const isOver = (): boolean => closed || find(event) !== undefined;
      await vi.waitUntil(isOver, { timeout: waitLimit, interval: 20 }).catch(() => undefined);
      const line = find(event);
      if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
      throw new Error(`${args.join(" ")} did not log ${event}; it logged:\n${lines.join("\n")}`);
    },
    signal: (signal) => void child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
  try {
    await appProcess.logged(readyEvent);
    return appProcess;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

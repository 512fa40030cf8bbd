import { spawn } from "node:child_process";
import type { Access } from "../shared/cloud-access.ts";
import { assertFence, endingWith } from "../shared/fence.ts";
import { machineVariables } from "../shared/machine-variables.ts";
import { say } from "../shared/say.ts";

/** How long a command may take to end on a signal, in milliseconds. */
const graceMilliseconds = 10_000;

export interface FlyctlOptions {
  readonly access: Access;
  /** After this long the command is interrupted (SIGINT, so that it gives its leases back), 10 s later killed. */
  readonly limitMilliseconds: number;
  /** Interrupts the command as well, when it is not waited for any more. */
  readonly signal?: AbortSignal;
  /** Where flyctl keeps what it remembers. Default: the user's own folder. */
  readonly configFolder?: string;
}

/**
 * Runs flyctl. The token goes in by the environment, never on the command line.
 *
 * @returns What it printed on both streams, in order.
 * @throws Error with the last lines that it printed.
 */
export async function flyctl(args: readonly string[], options: FlyctlOptions): Promise<string> {
  assertFence();
  const signal = endingWith(options.signal);
  const command = `flyctl ${args.filter((word, number) => number < 2 && !word.startsWith("-")).join(" ")}`;
  const child = spawn("flyctl", args, {
    env: {
      ...machineVariables(process.env),
      ...ownVariables(process.env),
      FLY_ACCESS_TOKEN: options.access.token,
      FLY_SEND_METRICS: "false",
      FLY_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      ...(options.configFolder ? { FLY_CONFIG_DIR: options.configFolder } : {}),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-64_000);
    const line = printed.split("\n").findLast((each) => each.trim() !== "");
    if (line !== undefined) say(line.trim());
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const timers: NodeJS.Timeout[] = [];
  const endIn = (milliseconds: number): void =>
    void timers.push(
      setTimeout(() => child.kill("SIGINT"), milliseconds),
      setTimeout(() => child.kill("SIGKILL"), milliseconds + graceMilliseconds),
    );
  const giveUp = (): void => endIn(0);
  endIn(options.limitMilliseconds);
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted) giveUp();
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          error.code === "ENOENT"
            ? new Error("flyctl is not on the PATH; install it: https://fly.io/docs/flyctl/install/")
            : error,
        ),
      );
      child.once("close", (status, signal) => resolve(status ?? signal ?? "an unknown end"));
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${lastLines(printed)}`);
    return printed;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** What flyctl and the builder that it starts are set by, and no token: flyctl gets the one of this call. */
function ownVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) =>
      /^(FLY|DOCKER|BUILDKIT)_(?!\w*(TOKEN|AUTH|PASSWORD))/.test(name),
    ),
  );
}

/** The end of what a command printed, the line with its reason first. */
function lastLines(printed: string): string {
  const lines = printed
    .split("\n")
    .map((line) => line.trimEnd())
    .filter(Boolean);
  const reason = lines.findLast((line) => /^error/i.test(line.trim()));
  const last = lines.slice(-15).filter((line) => line !== reason);
  return [reason?.trim(), ...last].filter((line) => line !== undefined).join("\n");
}

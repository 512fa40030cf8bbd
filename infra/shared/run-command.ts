import { spawn } from "node:child_process";
import { apart } from "./apart.ts";
import { endingWith } from "./fence.ts";
import { machineVariables } from "./machine-variables.ts";

export interface CommandOptions {
  readonly folder?: string;
  /** In addition to PATH, HOME and how to reach the network; may hold secrets, which a command line must not. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly limitMilliseconds: number;
  /** Ends the command as well. */
  readonly signal: AbortSignal;
  /** Whether it runs code of a release, and so apart from this process and its secrets. Default false. */
  readonly isForeign?: boolean;
}

/** How much of what a command prints is kept, in characters. */
const kept = 1_000_000;

/**
 * Runs a command to its end and gives what it printed on its standard output.
 *
 * @throws Error with the end of what it printed, where it did not end with 0.
 */
export async function runCommand(
  command: string,
  words: readonly string[],
  { folder, variables, limitMilliseconds, signal, isForeign = false }: CommandOptions,
): Promise<string> {
  const limit = AbortSignal.timeout(limitMilliseconds);
  const [program, ...rest] = isForeign ? apart(command, words) : [command, ...words];
  const child = spawn(program, rest, {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: { ...machineVariables(process.env), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.any([endingWith(signal) ?? signal, limit]),
    killSignal: "SIGKILL",
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]
      .setEncoding("utf8")
      .on("data", (chunk: string) => (printed[name] = (printed[name] + chunk).slice(-kept)));
  const what = [command, ...words.slice(0, 2)].join(" ");
  const end = await new Promise<number | string>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.name === "AbortError") return;
      reject(error.code === "ENOENT" ? new Error(`${command} is not on the PATH`) : error);
    });
    child.once("close", (status, killedBy) => resolve(status ?? killedBy ?? "an unknown end"));
  });
  endingWith(signal)?.throwIfAborted();
  if (limit.aborted) throw new Error(`${what} did not end within ${String(limitMilliseconds / 1000)} s`);
  if (end !== 0) {
    const said = (printed.stderr.trim() || printed.stdout.trim()).split("\n").slice(-15).join("\n");
    throw new CommandFailed(said || `${what} ended with ${String(end)}`);
  }
  return printed.stdout;
}

/** A command that ended otherwise than with 0; its message is the end of what it printed. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

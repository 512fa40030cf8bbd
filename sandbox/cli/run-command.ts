import { spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { closest, distance } from "fastest-levenshtein";
import { UserError } from "../user-error.ts";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** How long after a command's end its last words are waited for, where a process that it left holds them open. */
const lastWordsMilliseconds = 500;

/**
 * Runs a command on this process's own input and output; gives its exit status, 128 + n when signal n ended it.
 *
 * @param onError where given, gets what the command writes to the standard error, which is passed on anyway.
 */
export function runCommand(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  onError?: (text: string) => void,
): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: ["inherit", "inherit", onError ? "pipe" : "inherit"],
    });
    const said = child.stderr && new Promise((end) => child.stderr?.once("end", end));
    child.stderr?.on("data", (chunk: Buffer) => {
      process.stderr.write(chunk);
      onError?.(chunk.toString());
    });
    for (const signal of forwarded)
      process.on(signal, () => {
        // A terminal sends its interrupts to the command as well; a second one would mean "at once" to pulumi.
        const fromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
        if (!fromTerminal) child.kill(signal);
      });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT")
        reject(new UserError(`There is no command ${program}. ${meant(command)}See: bin/sandbox --help`, 2));
      else reject(new UserError(`${program} cannot be run: ${error.message}`, 2));
    });
    child.once("exit", (code, signal) => {
      const status = code ?? 128 + (signal ? constants.signals[signal] : 0);
      const late = sleep(lastWordsMilliseconds, undefined, { ref: false });
      void Promise.race([said, late]).then(() => resolve(status));
    });
  });
}

/** Commands of pulumi that users type without it. */
const ofPulumi = ["up", "preview", "refresh", "destroy", "stack", "config", "state", "cancel", "import"];

/** What is meant by a program that there is not, where it is near to anything. */
function meant([program = "", ...args]: readonly string[]): string {
  const said = (words: readonly string[]): string => `Did you mean: ${["bin/sandbox", ...words].join(" ")}\n`;
  if (ofPulumi.includes(program)) return said(["pulumi", program, ...args]);
  const known = [
    "status",
    "logs",
    "stop",
    "reset",
    "shell",
    "ci",
    "settings",
    "faults",
    "monitoring",
    "snapshot",
    "pulumi",
    "rollout",
  ];
  const best = closest(program, known);
  if (distance(program, best) > Math.max(1, Math.floor(program.length / 3))) return "";
  return said([best === "rollout" ? "bin/rollout" : best, ...args]);
}

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../user-error.ts";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Runs a command on this process's own input and output; gives its exit status, 128 + n when signal n ended it. */
export function runCommand(command: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: "inherit" });
    for (const signal of forwarded)
      process.on(signal, () => {
        // A terminal sends its interrupts to the command as well; a second one would mean "at once" to pulumi.
        const fromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
        if (!fromTerminal) child.kill(signal);
      });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT")
        reject(new UserError(`There is no command ${program}. See: bin/sandbox --help`, 2));
      else reject(new UserError(`${program} cannot be run: ${error.message}`, 2));
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

import { UserError } from "../user-error.ts";
import { ci } from "./ci.ts";
import { faults } from "./faults.ts";
import { helpText } from "./help.ts";
import { logs } from "./logs.ts";
import { prepareStack } from "./prepare-stack.ts";
import { runCommand } from "./run-command.ts";
import { openSandbox, readySandbox, type Sandbox } from "./sandbox.ts";
import { shell } from "./shell.ts";
import { status } from "./status.ts";
import { reset, stop } from "./stop.ts";
import { versionText } from "./version.ts";

/** A command of `bin/sandbox` itself; gives the exit status. */
type Command = (sandbox: Sandbox, args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = { status, logs, stop, reset, shell, ci, faults };

/** Runs one command line of `bin/sandbox`; gives the exit status. */
export async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await dispatch(args, environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    process.stdout.write(helpText);
    return first === undefined ? 2 : 0;
  }
  if (first === "--version") {
    process.stdout.write(`${versionText()}\n`);
    return 0;
  }
  if (first === "--prepare-stack") {
    await prepareStack(openSandbox(environment), rest[0] ?? "");
    return 0;
  }
  const own = commands[first];
  if (own) return own(openSandbox(environment), rest);
  if (first.startsWith("-") && first !== "--")
    throw new UserError(`There is no option ${first}. See: bin/sandbox --help`, 2);
  const command = first === "--" ? rest : args;
  if (command.length === 0) throw new UserError("A command is missing after --. See: bin/sandbox --help", 2);
  const ready = await readySandbox(openSandbox(environment));
  return runCommand(command, ready.environment);
}

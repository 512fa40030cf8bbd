import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { diskFullError, fileOf, isDiskFull, namesFullDisk } from "../disk-full.ts";
import { UserError } from "../user-error.ts";
import type * as acceptance from "./acceptance.ts";
import type * as account from "./account.ts";
import type * as chaos from "./chaos.ts";
import type * as ci from "./ci.ts";
import { commandNames } from "./command-names.ts";
import type * as clouds from "./clouds.ts";
import { noteCommand } from "./commands-in-use.ts";
import type * as faults from "./faults.ts";
import { CloudFault } from "./control-client.ts";
import { helpText, versionText } from "./help.ts";
import type * as logs from "./logs.ts";
import type * as monitoring from "./monitoring.ts";
import type * as prepareStack from "./prepare-stack.ts";
import type * as overrideNotices from "./override-notices.ts";
import type * as replay from "./replay.ts";
import type * as readySandbox from "./ready-sandbox.ts";
import type * as runCommand from "./run-command.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";
import type * as settings from "./settings.ts";
import type * as snapshot from "./snapshot.ts";
import type * as status from "./status.ts";
import type * as stop from "./stop.ts";

/** A command of `bin/sandbox` itself; gives the exit status. */
type Command = (sandbox: Sandbox, args: readonly string[]) => Promise<number>;

/**
 * Loads a module when it is asked for: what the others need would cost every command a tenth of a second. By require,
 * since tsx reads TypeScript for this process by that only.
 */
const load = createRequire(import.meta.url);

const commands: Readonly<Record<string, () => Command>> = {
  status: () => (load("./status.ts") as typeof status).status,
  logs: () => (load("./logs.ts") as typeof logs).logs,
  stop: () => (load("./stop.ts") as typeof stop).stop,
  reset: () => (load("./stop.ts") as typeof stop).reset,
  shell: () => shell,
  ci: () => (load("./ci.ts") as typeof ci).ci,
  settings: () => (load("./settings.ts") as typeof settings).settings,
  faults: () => (load("./faults.ts") as typeof faults).faults,
  account: () => (load("./account.ts") as typeof account).account,
  snapshot: () => (load("./snapshot.ts") as typeof snapshot).snapshot,
  monitoring: () => (load("./monitoring.ts") as typeof monitoring).monitoring,
};

const haveOwnHelp: readonly string[] = ["account", "faults", "monitoring", "snapshot"];

/** Runs one command line of `bin/sandbox`; gives the exit status. */
export async function main(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await dispatch(args, environment);
  } catch (error) {
    if (isDiskFull(error)) return reportDiskFull(args, environment, fileOf(error));
    if (error instanceof CloudFault) {
      const { cloudsLog, lastLogLines } = load("./clouds.ts") as typeof clouds;
      const { home } = openSandbox(environment);
      // Without the places of the code that was running.
      const reason = lastLogLines(home).findLast((line) => !/^ +at /.test(line)) ?? "";
      if (namesFullDisk(reason)) return reportDiskFull(args, environment, home.folder);
      process.stderr.write(`${error.message}. The last line of ${cloudsLog(home)}:\n  ${reason}\n`);
      return 1;
    }
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

/** @param file that could not be written, where that is known. */
function reportDiskFull(args: readonly string[], environment: NodeJS.ProcessEnv, file?: string): number {
  const folders = [environment["SANDBOX_HOME"] ?? process.cwd(), tmpdir(), homedir()];
  // Later words may be secrets.
  const again = ["bin/sandbox", ...args.slice(0, 2), ...(args.length > 2 ? ["…"] : [])].join(" ");
  process.stderr.write(`${diskFullError(folders, again, file).message}\n`);
  return 1;
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
    const stack = load("./prepare-stack.ts") as typeof prepareStack;
    await stack.prepareStack(openSandbox(environment), rest[0] ?? "");
    return 0;
  }
  if (first === "--prepare-given") {
    const stack = load("./prepare-stack.ts") as typeof prepareStack;
    const [name = "", file = ""] = rest;
    await stack.prepareGiven(openSandbox(environment), name, file);
    return 0;
  }
  // It has clouds of its own, and leaves the sandbox that there is alone.
  if (first === "acceptance") return (load("./acceptance.ts") as typeof acceptance).acceptance(rest);
  if (first === "replay") return (load("./replay.ts") as typeof replay).replay(rest);
  if (first === "chaos") return (load("./chaos.ts") as typeof chaos).chaos(rest, environment);
  const own = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (own) {
    const asksForHelp =
      !haveOwnHelp.includes(first) && rest.some((word) => word === "--help" || word === "-h");
    if (!asksForHelp) return own()(openSandbox(environment), rest);
    process.stdout.write(helpText);
    return 0;
  }
  return runOther(args, environment);
}

/** Runs a command that is none of the sandbox's own. */
async function runOther(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [first = "", ...rest] = args;
  if (first.startsWith("-") && first !== "--")
    throw new UserError(`There is no option ${first}. See: bin/sandbox --help`, 2);
  const command = first === "--" ? rest : args;
  if (command.length === 0) throw new UserError("A command is missing after --. See: bin/sandbox --help", 2);
  const sandbox = openSandbox(environment);
  noteCommand(sandbox.home, command);
  const named = commandNames(command);
  const showsSettings = command.some((word) => /\b(pulumi|rollout)\b/.test(word));
  const exitStatus = await runReady(sandbox, showsSettings, () => command, named.listen);
  if (exitStatus !== 0 && named.areNamed())
    process.stderr.write("In the sandbox, put bin/sandbox before the commands named above.\n");
  return exitStatus;
}

/** A shell of the user's in which every command meets the sandbox. */
function shell(sandbox: Sandbox): Promise<number> {
  return runReady(sandbox, true, ({ SHELL = "/bin/sh" }) => {
    process.stderr.write("This shell meets the sandbox's clouds. Leave it with: exit\n");
    return [SHELL];
  });
}

/** Runs a command once the sandbox is ready for it. */
async function runReady(
  sandbox: Sandbox,
  showsSettings: boolean,
  commandOf: (environment: NodeJS.ProcessEnv) => readonly string[],
  listen?: (text: string) => void,
): Promise<number> {
  const { environment } = await (load("./ready-sandbox.ts") as typeof readySandbox).readySandbox(sandbox);
  if (showsSettings)
    for (const line of (load("./override-notices.ts") as typeof overrideNotices).newOverrideNotices(sandbox))
      process.stderr.write(`${line}\n`);
  const { runCommand: run } = load("./run-command.ts") as typeof runCommand;
  return run(commandOf(environment), environment, listen);
}

import { delimiter, dirname } from "node:path";
import { apartShell } from "./apart.ts";
import { machineVariables } from "./machine-variables.ts";
import { redactor } from "./redact.ts";
import { CommandFailed } from "./run-command.ts";
import { runInGroup } from "./run-in-group.ts";

export interface ShellOptions {
  readonly folder: string;
  /** In addition to what a command needs to know of the machine; may hold secrets, which a command line must not. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Values that are taken out of all that the command prints. */
  readonly secrets?: readonly string[];
  readonly limitMilliseconds: number;
  /** Kills the command as well. */
  readonly signal?: AbortSignal | undefined;
  /** Gets each line as it is printed. */
  readonly onLine?: (line: string) => void;
}

/** How much of what a command prints is kept, in lines. */
const kept = 10_000;
/** How many of them are part of a message. */
const lastLines = 15;

/**
 * Runs a command that the application declares, by the shell, apart from this process and with all that it starts as one group,
 * and gives what it printed on its standard output.
 *
 * @throws CommandFailed with the end of what it printed, where it did not end with 0.
 */
export async function runShell(command: string, options: ShellOptions): Promise<string> {
  const { folder, variables, secrets = [], limitMilliseconds, signal, onLine } = options;
  const clean = redactor(secrets);
  const printed = { stdout: [] as string[], stderr: [] as string[] };
  const end = await runInGroup(apartShell(command), {
    folder,
    environment: { ...shellVariables(), ...variables },
    limitMilliseconds,
    signal,
    onLine: (stream, line) => {
      printed[stream].push(line);
      if (printed[stream].length > kept) printed[stream].shift();
      if (line.trim() !== "") onLine?.(clean(line));
    },
  });
  if (end === 0) return printed.stdout.join("\n");
  const said =
    [printed.stderr, printed.stdout].find((lines) => lines.some((line) => line.trim() !== "")) ?? [];
  const what =
    end === "killed at its limit"
      ? `did not end within ${String(limitMilliseconds / 1000)} s and was killed`
      : `ended with ${String(end)}`;
  const last = clean(said.slice(-lastLines).join("\n").trim());
  throw new CommandFailed(`\`${command}\` ${what}${last === "" ? "" : `: ${last}`}`);
}

/** What every such command sees: how to reach the network, and no token of a cloud. */
export function shellVariables(): Readonly<Record<string, string>> {
  const machine = machineVariables(process.env);
  // The Node that runs this is new enough; the first one on the PATH may not be.
  return { ...machine, PATH: [dirname(process.execPath), machine["PATH"]].filter(Boolean).join(delimiter) };
}

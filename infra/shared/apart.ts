import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { machineVariables } from "./machine-variables.ts";

/**
 * Namespaces of its own: a process there sees no other process of this user, so it can neither read `/proc/PID/environ` of the
 * rollout, which has every token, nor end or trace it. A shell is its first process, since the first one ignores signals.
 */
const namespaces = [
  ...[program("unshare"), "--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount-proc"],
  ...["/bin/sh", "-c", '"$@"; exit $?', "sh"],
];

/** By its complete path: what runs apart may have a PATH of its own. */
function program(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

const probeMilliseconds = 10_000;

let reason: { readonly text: string | undefined } | undefined;

/** Why foreign code cannot be kept apart on this machine; undefined where it is. */
export function notApart(): string | undefined {
  return (reason ??= { text: probe() }).text;
}

function probe(): string | undefined {
  if (process.platform !== "linux") return `${process.platform} has no namespaces`;
  const [command, ...words] = [...namespaces, "true"] as const;
  const { status, error, stderr } = spawnSync(command, words, {
    encoding: "utf8",
    env: machineVariables(process.env),
    timeout: probeMilliseconds,
  });
  if (status === 0) return undefined;
  return (error?.message ?? stderr.trim().split("\n")[0] ?? "") || `unshare ended with ${String(status)}`;
}

/** The words that start a command apart from this process; the command itself where the machine cannot. */
export function apart(command: string, words: readonly string[]): readonly [string, ...string[]] {
  const [first = "", ...rest] = namespaces;
  return notApart() === undefined ? [first, ...rest, command, ...words] : [command, ...words];
}

/** The same of a command of the shell. */
export function apartShell(command: string): string {
  if (notApart() !== undefined) return command;
  return apart("/bin/sh", ["-c", command])
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(" ");
}

/** What to report once where foreign code is about to run next to the rollout's secrets. */
export function apartNote(): string | undefined {
  const text = notApart();
  return text === undefined
    ? undefined
    : `code of a release runs here as the user of the rollout, and could read its tokens in /proc: this machine has no user namespaces (${text}). ` +
        "Roll out where they are allowed, or where other users run nothing of value: docs/security.md";
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { UserError } from "../user-error.ts";
import { stopClouds } from "./clouds.ts";
import { commandsInUse, type CommandInUse } from "./commands-in-use.ts";
import type { Sandbox } from "./sandbox.ts";

/** Stops the clouds; the next command starts them with all that they hold. */
export async function stop({ home, tokens }: Sandbox, args: readonly string[]): Promise<number> {
  await requireLeave("stop", args, commandsInUse(home));
  process.stdout.write((await stopClouds(home, tokens)) ? "Stopped.\n" : "Nothing ran.\n");
  return 0;
}

/** What the set-up made stays: it holds nothing of a rollout, and making it again costs time. */
const deleted = ["cloud", "run", "logs", "stacks", "state", "endpoints.json", "tokens.json"];
const deletedOfPulumi = ["workspaces", "credentials.json", "history"];

/** Stops the clouds and deletes what they and the stacks hold. */
export async function reset({ home, tokens }: Sandbox, args: readonly string[]): Promise<number> {
  await requireLeave("reset", args, commandsInUse(home));
  await stopClouds(home, tokens);
  for (const name of deleted) rmSync(join(home.folder, name), { recursive: true, force: true });
  for (const name of deletedOfPulumi) rmSync(join(home.pulumiHome, name), { recursive: true, force: true });
  process.stdout.write(`Everything that the sandbox in ${home.folder} held is gone.\n`);
  return 0;
}

/** A rollout whose clouds stop fails half-way, and cannot even record that. */
async function requireLeave(
  command: "stop" | "reset",
  args: readonly string[],
  used: readonly CommandInUse[],
): Promise<void> {
  const others = args.filter((word) => word !== "--force");
  if (others.length > 0)
    throw new UserError(`bin/sandbox ${command} takes --force or nothing, got ${others.join(" ")}.`, 2);
  if (used.length === 0) return;
  const lines = used.map(({ pid, command: user }) => `${user} … (process ${String(pid)}) uses these clouds.`);
  if (others.length < args.length) {
    for (const line of lines) process.stderr.write(`${line} Its next call to them fails.\n`);
    return;
  }
  if (await isAnsweredYes(`${lines.join("\n")}\nIts next call to them fails. Go on with ${command}? [y/N] `))
    return;
  throw new UserError(
    `${lines.join("\n")} Nothing was stopped. Wait for its end, or stop it with Ctrl-C where it runs; ` +
      `without waiting: bin/sandbox ${command} --force`,
    3,
  );
}

/** False where there is no terminal. */
async function isAnsweredYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  terminal.once("SIGINT", () => interrupted.abort());
  terminal.once("close", () => interrupted.abort());
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: interrupted.signal })).trim());
  } catch {
    process.stderr.write("\n");
    return false;
  } finally {
    terminal.close();
  }
}

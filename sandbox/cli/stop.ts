import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { UserError } from "../user-error.ts";
import { stopClouds } from "./clouds.ts";
import { commandsInUse } from "./commands-in-use.ts";
import type { Sandbox } from "./sandbox.ts";

/** Stops the clouds; the next command starts them with all that they hold. */
export async function stop({ home, tokens }: Sandbox, args: readonly string[]): Promise<number> {
  refuseArguments("stop", args);
  warnUsers(home);
  process.stdout.write((await stopClouds(home, tokens)) ? "Stopped.\n" : "Nothing ran.\n");
  return 0;
}

/** What the set-up made stays: it holds nothing of a rollout, and making it again costs time. */
const deleted = ["cloud", "run", "logs", "stacks", "state", "endpoints.json", "tokens.json"];
const deletedOfPulumi = ["workspaces", "credentials.json", "history"];

/** Stops the clouds and deletes what they and the stacks hold. */
export async function reset({ home, tokens }: Sandbox, args: readonly string[]): Promise<number> {
  refuseArguments("reset", args);
  warnUsers(home);
  await stopClouds(home, tokens);
  for (const name of deleted) rmSync(join(home.folder, name), { recursive: true, force: true });
  for (const name of deletedOfPulumi) rmSync(join(home.pulumiHome, name), { recursive: true, force: true });
  process.stdout.write(`Everything that the sandbox in ${home.folder} held is gone.\n`);
  return 0;
}

function warnUsers(home: Home): void {
  for (const { pid, command } of commandsInUse(home))
    process.stderr.write(
      `${command} … (process ${pid}) still uses these clouds; its next call to them fails.\n`,
    );
}

function refuseArguments(command: string, args: readonly string[]): void {
  if (args.length > 0)
    throw new UserError(`bin/sandbox ${command} takes no arguments, got ${args.join(" ")}.`, 2);
}

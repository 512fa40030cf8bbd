import { join } from "node:path";
import { stopClouds } from "../cli/clouds.ts";
import { commandsInUse } from "../cli/commands-in-use.ts";
import type { Sandbox } from "../cli/sandbox.ts";
import { ensureClouds } from "../cli/start-clouds.ts";
import { withLock } from "../toolchain/lock.ts";
import { UserError } from "../user-error.ts";

/** Refuses while another command uses the clouds: it would find other data under its hands. */
export function requireNoCommands({ home }: Sandbox, again: string): void {
  const used = commandsInUse(home);
  if (used.length === 0) return;
  throw new UserError(
    `${used.map(({ pid, command }) => `${command} … (process ${String(pid)})`).join(", ")} uses this sandbox. ` +
      `Wait for its end, then run: ${again}`,
  );
}

/** Does `work` while the clouds are stopped and no command can start them; starts them again where they ran. */
export async function whileStopped<Result>(
  sandbox: Sandbox,
  again: string,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly wasRunning: boolean }> {
  const { home, tokens, progress } = sandbox;
  let wasRunning = false;
  const result = await withLock(
    join(home.folder, "clouds"),
    () => progress.say("Another command is starting the clouds; waiting for it …"),
    async () => {
      requireNoCommands(sandbox, again);
      wasRunning = await stopClouds(home, tokens);
      return work();
    },
  ).catch(async (error: unknown) => {
    if (wasRunning) await startAgain(sandbox);
    throw error;
  });
  return { result, wasRunning };
}

export async function startAgain({ checkout, home, tokens, progress }: Sandbox): Promise<void> {
  await ensureClouds(checkout, home, tokens, progress);
}

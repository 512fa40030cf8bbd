import { newOverrideNotices } from "./override-notices.ts";
import { readySandbox } from "./ready-sandbox.ts";
import { runCommand } from "./run-command.ts";
import type { Sandbox } from "./sandbox.ts";

/** A shell of the user's in which every command meets the sandbox. */
export async function shell(sandbox: Sandbox): Promise<number> {
  const { environment } = await readySandbox(sandbox);
  for (const line of newOverrideNotices(sandbox)) process.stderr.write(`${line}\n`);
  process.stderr.write("This shell meets the sandbox's clouds. Leave it with: exit\n");
  return runCommand([environment["SHELL"] ?? "/bin/sh"], environment);
}

import { join } from "node:path";
import type { Addresses } from "../stacks.ts";
import { recordKeySettings } from "../record-keys.ts";
import { copyGivenFile, createStack, refreshStackFile, requireStack, stackNames } from "../stacks.ts";
import { withLock } from "../toolchain/lock.ts";
import { UserError } from "../user-error.ts";
import { readEndpoints } from "./clouds.ts";
import { callControl } from "./control-client.ts";
import type { Sandbox } from "./sandbox.ts";
import { readToolchain } from "../toolchain/prepare.ts";

const limitMilliseconds = 5000;

/** What the sandbox's `pulumi` asks for when a stack is new or its file has changed in the checkout. */
export async function prepareStack(sandbox: Sandbox, stack: string): Promise<void> {
  const { checkout, home } = sandbox;
  requireStack(checkout, stack);
  const { addresses, engine } = await openStack(sandbox, stack);
  await withLock(
    join(home.stacksFolder, "prepare"),
    () => undefined,
    () =>
      refreshStackFile(checkout, home, stack, addresses, () => createStack(checkout, home, stack, engine)),
  );
}

/** What it asks for when a command names a stack file of its own. */
export async function prepareGiven(sandbox: Sandbox, stack: string, file: string): Promise<void> {
  const { addresses } = await openStack(sandbox, stack);
  copyGivenFile(sandbox.home, stack, file, addresses);
}

async function openStack(
  { checkout, home, tokens }: Sandbox,
  stack: string,
): Promise<{ readonly addresses: Addresses; readonly engine: string }> {
  const endpoints = readEndpoints(home);
  const toolchain = readToolchain(home);
  if (!endpoints || !toolchain)
    throw new UserError("This sandbox does not run. Start the command through it: bin/sandbox pulumi …", 2);
  const { port } = (await callControl(
    endpoints.control,
    tokens.control,
    "PUT",
    `/ports/web-${encodeURIComponent(stack)}`,
    limitMilliseconds,
  )) as { port: number };
  return {
    addresses: {
      webDomain: `127.0.0.1:${port}`,
      aiBaseUrl: `${endpoints.clouds.ai}/v1`,
      recordKeys: recordKeySettings(tokens.passphrase, stackNames(checkout)),
    },
    engine: toolchain.engine.executable,
  };
}

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Command } from "./command.ts";
import type * as adopt from "./commands/adopt.ts";
import type * as doctor from "./commands/doctor.ts";
import type * as history from "./commands/history.ts";
import type * as lint from "./commands/lint.ts";
import type * as preview from "./commands/preview.ts";
import type * as previewEnv from "./commands/preview-env.ts";
import type * as rehearse from "./commands/rehearse.ts";
import type * as restoreDatabase from "./commands/restore-database.ts";
import type * as rollback from "./commands/rollback.ts";
import type * as rotate from "./commands/rotate.ts";
import type * as settings from "./commands/settings.ts";
import type * as testDatabase from "./commands/test-database.ts";
import type * as up from "./commands/up.ts";
import { exitStatus } from "./exit-status.ts";
import { helpText } from "./help.ts";
import { stackIn, withPassphrase } from "./passphrase.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Loads only the command that runs: loading all of them takes longer than everything else before the engine starts. By
 * require, because tsx reads TypeScript in this process through require only.
 */
const load = createRequire(__filename);

const commands: Readonly<Record<string, () => Command>> = {
  up: () => (load("./commands/up.ts") as typeof up).up,
  adopt: () => (load("./commands/adopt.ts") as typeof adopt).adopt,
  rollback: () => (load("./commands/rollback.ts") as typeof rollback).rollback,
  history: () => (load("./commands/history.ts") as typeof history).history,
  doctor: () => (load("./commands/doctor.ts") as typeof doctor).doctor,
  preview: () => (load("./commands/preview.ts") as typeof preview).preview,
  lint: () => (load("./commands/lint.ts") as typeof lint).lint,
  rehearse: () => (load("./commands/rehearse.ts") as typeof rehearse).rehearse,
  rotate: () => (load("./commands/rotate.ts") as typeof rotate).rotate,
  "restore-database": () =>
    (load("./commands/restore-database.ts") as typeof restoreDatabase).restoreDatabase,
  "preview-env": () => (load("./commands/preview-env.ts") as typeof previewEnv).previewEnv,
  "test-database": () => (load("./commands/test-database.ts") as typeof testDatabase).testDatabase,
  settings: () => (load("./commands/settings.ts") as typeof settings).settings,
};

/** Runs one command line of `bin/rollout`; gives the exit status. */
export async function main(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const all = Object.entries(commands).map(([each, command]) => [each, command()] as const);
    process.stdout.write(helpText(Object.fromEntries(all)));
    return name === undefined ? exitStatus.usage : exitStatus.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
  if (!command) {
    const names = Object.keys(commands).join(", ");
    process.stderr.write(`There is no command ${name}. There is: ${names}. See: bin/rollout --help\n`);
    return exitStatus.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(command.help);
    return exitStatus.done;
  }
  const checkout = join(__dirname, "..");
  try {
    const session = {
      checkout,
      environment: withPassphrase(checkout, environment, stackIn(name, rest)),
      out: process.stdout,
      err: process.stderr,
    };
    return await command.run(session, rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitStatus.usage;
  }
}

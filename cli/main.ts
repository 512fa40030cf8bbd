import { join } from "node:path";
import type { Command } from "./command.ts";
import { history } from "./commands/history.ts";
import { lint } from "./commands/lint.ts";
import { preview } from "./commands/preview.ts";
import { previewEnv } from "./commands/preview-env.ts";
import { rehearse } from "./commands/rehearse.ts";
import { restoreDatabase } from "./commands/restore-database.ts";
import { rollback } from "./commands/rollback.ts";
import { rotate } from "./commands/rotate.ts";
import { testDatabase } from "./commands/test-database.ts";
import { up } from "./commands/up.ts";
import { exitStatus } from "./exit-status.ts";
import { helpText } from "./help.ts";
import { UsageError } from "./usage-error.ts";

const commands: Readonly<Record<string, Command>> = {
  up,
  rollback,
  history,
  preview,
  lint,
  rehearse,
  rotate,
  "restore-database": restoreDatabase,
  "preview-env": previewEnv,
  "test-database": testDatabase,
};

/** Runs one command line of `bin/rollout`; gives the exit status. */
export async function main(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(helpText(commands));
    return name === undefined ? exitStatus.usage : exitStatus.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const names = Object.keys(commands).join(", ");
    process.stderr.write(`There is no command ${name}. There is: ${names}. See: bin/rollout --help\n`);
    return exitStatus.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(command.help);
    return exitStatus.done;
  }
  const session = {
    checkout: join(__dirname, ".."),
    environment,
    out: process.stdout,
    err: process.stderr,
  };
  try {
    return await command.run(session, rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitStatus.usage;
  }
}

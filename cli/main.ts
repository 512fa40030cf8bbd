import { createRequire } from "node:module";
import { join } from "node:path";
import type { Command } from "./command.ts";
import type * as adopt from "./commands/adopt.ts";
import type * as approve from "./commands/approve.ts";
import type * as audit from "./commands/audit.ts";
import type * as cost from "./commands/cost.ts";
import type * as doctor from "./commands/doctor.ts";
import type * as drift from "./commands/drift.ts";
import type * as freeze from "./commands/freeze.ts";
import type * as history from "./commands/history.ts";
import type * as lint from "./commands/lint.ts";
import type * as load_ from "./commands/load.ts";
import type * as logs from "./commands/logs.ts";
import type * as metrics from "./commands/metrics.ts";
import type * as preview from "./commands/preview.ts";
import type * as previewEnv from "./commands/preview-env.ts";
import type * as rehearse from "./commands/rehearse.ts";
import type * as report from "./commands/report.ts";
import type * as restoreDatabase from "./commands/restore-database.ts";
import type * as rollback from "./commands/rollback.ts";
import type * as rotate from "./commands/rotate.ts";
import type * as settings from "./commands/settings.ts";
import type * as signingKey from "./commands/signing-key.ts";
import type * as smoke from "./commands/smoke.ts";
import type * as status from "./commands/status.ts";
import type * as testDatabase from "./commands/test-database.ts";
import type * as up from "./commands/up.ts";
import type * as watch from "./commands/watch.ts";
import { diskFullText } from "./disk-full.ts";
import { exitStatus } from "./exit-status.ts";
import { helpText } from "./help.ts";
import { stackIn, withPassphrase } from "./passphrase.ts";
import { unknownCommand, withStackOption } from "./meant-command.ts";
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
  watch: () => (load("./commands/watch.ts") as typeof watch).watch,
  history: () => (load("./commands/history.ts") as typeof history).history,
  report: () => (load("./commands/report.ts") as typeof report).report,
  status: () => (load("./commands/status.ts") as typeof status).status,
  drift: () => (load("./commands/drift.ts") as typeof drift).drift,
  audit: () => (load("./commands/audit.ts") as typeof audit).audit,
  logs: () => (load("./commands/logs.ts") as typeof logs).logs,
  cost: () => (load("./commands/cost.ts") as typeof cost).cost,
  load: () => (load("./commands/load.ts") as typeof load_).load,
  metrics: () => (load("./commands/metrics.ts") as typeof metrics).metrics,
  freeze: () => (load("./commands/freeze.ts") as typeof freeze).freeze,
  unfreeze: () => (load("./commands/freeze.ts") as typeof freeze).unfreeze,
  doctor: () => (load("./commands/doctor.ts") as typeof doctor).doctor,
  preview: () => (load("./commands/preview.ts") as typeof preview).preview,
  lint: () => (load("./commands/lint.ts") as typeof lint).lint,
  rehearse: () => (load("./commands/rehearse.ts") as typeof rehearse).rehearse,
  smoke: () => (load("./commands/smoke.ts") as typeof smoke).smoke,
  approve: () => (load("./commands/approve.ts") as typeof approve).approve,
  rotate: () => (load("./commands/rotate.ts") as typeof rotate).rotate,
  "signing-key": () => (load("./commands/signing-key.ts") as typeof signingKey).signingKey,
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
  if (!command) return unusable(unknownCommand(name, rest, Object.keys(commands)), rest);
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
    const diskFull = diskFullText(error, checkout, ["bin/rollout", ...words].join(" "));
    if (diskFull !== undefined) {
      process.stderr.write(`${diskFull}\n`);
      return exitStatus.failed;
    }
    if (!(error instanceof UsageError)) throw error;
    const meant = withStackOption(checkout, name, rest);
    return unusable(meant === undefined ? error.message : `${error.message}\nDid you mean: ${meant}`, rest);
  }
}

/** A mistake in the command line or in the set-up, for people and, with `--json`, for machines too. */
function unusable(message: string, rest: readonly string[]): number {
  process.stderr.write(`${message}\n`);
  if (rest.includes("--json"))
    process.stdout.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), result: "unusable", errors: [message] })}\n`,
    );
  return exitStatus.usage;
}

import type { Restorable, Unproven } from "@rollout/infra/rollout/restore/restorable";
import type { Target } from "@rollout/infra/rollout/restore/target";
import { NoSuchTarget, targetOf } from "@rollout/infra/rollout/restore/target";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { canAsk, confirmByName } from "../restore/confirm.ts";
import type { RestoreContext } from "../restore/context.ts";
import { openRestore, readRestorable } from "../restore/context.ts";
import { listData, listText } from "../restore/list.ts";
import { gateRefusals, planData, planRestore, planText } from "../restore/plan.ts";
import { readReleases } from "../restore/releases.ts";
import type { RunArgs } from "../restore/run-restore.ts";
import { begunRestore, conclude, runRestore } from "../restore/run-restore.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";
import { readRelease } from "../../stacks/release/release.ts";

const help = `bin/rollout restore-database --stack STACK [--list | --to TIME|BACKUP] [--dry-run] [--yes] [--json]

Brings a stack's database back to a backup or to a time, never automatically. It prints first what would be lost, table by
table, and has the stack's name typed. What is there now is kept as a branch of its own. Then the checked-out release is
rolled out over it: its migrations, roles and passwords of today, web and workers, the smoke test.

  --stack, -s STACK   whose: staging or prod
  --list              what it can be restored to; so without --to
  --to                the name of a backup, or last-backup; where the branch has no parent (prod) also a time
                      (2026-03-01T12:00:00Z) or how long ago (90s, 20m, 3h, 2d)
  --dry-run           print what would be lost, and end
  --yes               do not ask; without a terminal nothing is done otherwise
  --json              one JSON object a line: {"kind": "targets"} or {"kind": "plan"}, then those of a rollout

Interrupted or failed, the same command again continues from there, a time ago by the time that it was; the state before
can be restored in the same way.

  bin/sandbox bin/rollout restore-database --stack staging --list      try it on this machine, without an account
  bin/rollout restore-database --stack staging --to last-backup --dry-run
  bin/rollout restore-database --stack staging --to last-backup --yes

Exit status: 0 done, 1 failed, 2 wrong use, settings or target: nothing was changed, 3 refused by the gate: nothing was
changed, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("restore-database", words, {
    stack: { type: "string", short: "s" },
    list: { type: "boolean" },
    to: { type: "string" },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("restore-database", options.stack);
  requireKnownStack(session.checkout, "restore-database", stack);
  if (options.list && options.to !== undefined)
    throw new UsageError("bin/rollout restore-database takes --list or --to, not both.");
  const context = await openRestore(session, stack);
  const now = new Date();
  const [restorable, releases] = await Promise.all([readRestorable(context, now), readReleases(context)]);
  const { json } = options;
  const list = (): string => listText(context, restorable, releases, now);
  if (options.to === undefined) {
    session.out.write(json ? line(listData(context, restorable, releases)) : list());
    return exitStatus.done;
  }
  const [last] = restorable.unproven;
  const isSettled = last !== undefined && releases.hasSucceededSince(last.copy.madeAt);
  const kept = restorable.unproven.map(({ copy }) => copy);
  const choices = isSettled
    ? { ...restorable, unproven: [], copies: [...restorable.copies, ...kept] }
    : restorable;
  const target = chooseTarget(options.to, choices, now, list);
  if (releases.someCommit === undefined)
    throw new UsageError(`Nothing was ever rolled out to ${stack}: bin/rollout up --stack ${stack}`);
  const args = { target, commit: releases.someCommit, json, wasAsked: !options.yes };
  const isDecided = options.yes || options["dry-run"];
  if (!isDecided && (json || !canAsk(session)))
    throw new UsageError(
      `bin/rollout restore-database asks before it acts, and there is no terminal to ask at. --dry-run prints what would be lost; without a question it acts with --yes.`,
    );
  const begun = begunRestore(restorable, target);
  if (begun) return goOn(context, { restorable, begun, isSettled, args, isDryRun: options["dry-run"] });
  const plan = await planRestore(context, restorable, releases, target);
  session.out.write(json ? line(planData(context, plan)) : planText(context, restorable, plan, new Date()));
  if (plan.refusals.length > 0) return refuse(context, plan.refusals);
  if (options["dry-run"]) return exitStatus.done;
  if (!options.yes) await confirmByName(session, stack);
  return runRestore(context, args);
}

interface GoOn {
  readonly restorable: Restorable;
  readonly begun: Unproven;
  /** Whether a rollout has proven it since. */
  readonly isSettled: boolean;
  readonly args: RunArgs;
  readonly isDryRun: boolean;
}

/** A restore to this target that was begun: what is lost is lost already, and must not be lost again. */
async function goOn(
  context: RestoreContext,
  { restorable, begun, isSettled, args, isDryRun }: GoOn,
): Promise<ExitStatus> {
  const { session, stack } = context;
  const done = `The database of ${stack} was restored to it at ${begun.copy.madeAt.toISOString()}`;
  if (isSettled) {
    session.err.write(
      `${done}, and a rollout has proven it since. To restore it once more, run the same again.\n`,
    );
    if (!isDryRun) await conclude(context, restorable, new Date());
    return exitStatus.done;
  }
  session.err.write(`${done} and not proven yet. What is left is the rollout.\n`);
  if (isDryRun) return exitStatus.done;
  const refusals = await gateRefusals(context, readRelease(session.checkout));
  return refusals.length > 0 ? refuse(context, refusals) : runRestore(context, args);
}

function refuse({ session, stack }: RestoreContext, refusals: readonly string[]): ExitStatus {
  session.err.write(
    `The gate of ${stack} would refuse the rollout at the end; nothing was changed\n${refusals.map((fault) => `  ${fault}\n`).join("")}`,
  );
  return exitStatus.refused;
}

function chooseTarget(text: string, restorable: Restorable, now: Date, list: () => string): Target {
  try {
    return targetOf(text, restorable, now);
  } catch (error) {
    if (!(error instanceof NoSuchTarget)) throw error;
    throw new UsageError(`${error.message}\n${list().trimEnd()}`);
  }
}

function line(data: object): string {
  return `${JSON.stringify(data)}\n`;
}

export const restoreDatabase: Command = {
  summary: "restores a database to a backup or a time, and prints first what is lost",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};

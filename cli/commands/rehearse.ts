import type { ProviderContext } from "@rollout/infra/dynamic/provider-module";
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Rehearsal } from "@rollout/infra/rollout/rehearsal/rehearse";
import { rehearse as runRehearsal } from "@rollout/infra/rollout/rehearsal/rehearse";
import { saying } from "@rollout/infra/shared/say";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import { runPreview } from "../engine/preview-run.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import { plannedRehearsal } from "../rehearsal/planned-rehearsal.ts";
import { rehearsalTable } from "../rehearsal/table.ts";
import { readPlan } from "../review/plan.ts";
import { withoutSecrets } from "../review/secret-values.ts";
import { reportFailures } from "../report-failures.ts";
import { readStackSettings } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";
import { planFailed } from "./preview.ts";

const help = `bin/rollout rehearse --stack STACK [--json]

Shows whether a rollout of the checkout could be undone, without rolling out: on a copy of the environment's database the
pending migrations run, timed and with the locks they take; then the release that is live and the checkout's own are run
against the new schema on this machine, and smoke-tested as a rollout is. Nothing that is live is touched, and nothing is
left. Every rollout with a pending migration does the same before it migrates.

  --stack, -s STACK   where: staging or prod
  --json              one JSON object a line: {"kind": "migration", "name", "milliseconds", "locks": […], "rewritten": […]},
                      and at the end {"kind": "end", "result": "nothing|reversible|one-way|refused", "reasons": […], …}

A release that the one before cannot live with is refused, unless a migration's header declares it: -- one-way: WHY

  bin/sandbox bin/rollout rehearse --stack staging           try it on this machine, without an account
  bin/rollout rehearse --stack staging                       in the real clouds
  bin/rollout rehearse --stack staging --json | tail -n 1    for a script: how it ended, and why

Exit status: 0 it can be undone, is declared one-way, or there is nothing to rehearse, 1 it would be refused or could not be
rehearsed, 2 wrong use or settings, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("rehearse", words, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("rehearse", options.stack);
  requireKnownStack(session.checkout, "rehearse", stack);
  const { checkout, environment, err } = session;
  err.write("planning, to know what a rollout would rehearse\n");
  const previewed = await runPreview(checkout, stack, environment);
  if (previewed.interrupted) return exitStatus.interrupted;
  if (previewed.status !== 0 || !previewed.report) return planFailed(session, stack, previewed);
  const plan = readPlan(previewed.report, previewed.plan, previewed.state);
  const args = plannedRehearsal(plan, readStackSettings(session, stack).smoke.suite);
  if (!args)
    throw new UsageError(
      `There is no database of ${stack} to rehearse on yet. Roll out there first: bin/rollout up --stack ${stack}`,
    );
  const clean = withoutSecrets([...plan.secrets.known, ...plan.secrets.planned]);
  const context: ProviderContext = {
    access: readCloudAccess(environment),
    note: (line) => void err.write(`${clean(line)}\n`),
  };
  const stop = new AbortController();
  const interrupts = countInterrupts(
    () => performance.now(),
    () => {
      err.write("Stopping; the copy of the database is deleted first.\n");
      stop.abort();
    },
  );
  let last = "";
  const tell = (line: string): void => {
    if (line !== last && !line.startsWith("waiting for ")) err.write(`${clean(line)}\n`);
    last = line;
  };
  try {
    const result = await saying(tell, () =>
      runRehearsal(args, { by: "hand", checkout, interrupted: stop.signal }, context),
    );
    return report(session, stack, result, { json: options.json, clean });
  } catch (error) {
    if (interrupts.count() > 0) return exitStatus.interrupted;
    throw error;
  }
}

type Outcome = "nothing" | "reversible" | "one-way" | "refused";

function outcomeOf(result: Rehearsal): Outcome {
  if (result.kind === "nothing") return "nothing";
  if (result.kind === "failed" || result.refusals.length > 0) return "refused";
  return result.oneWay !== "" ? "one-way" : "reversible";
}

function reasonsOf(result: Rehearsal): readonly string[] {
  if (result.kind === "nothing") return [result.why];
  if (result.kind === "failed") return [`on a copy of the data ${result.why}`];
  return [...result.refusals, ...result.warnings];
}

function report(
  { out }: Session,
  stack: string,
  result: Rehearsal,
  { json, clean }: { readonly json: boolean; readonly clean: (text: string) => string },
): ExitStatus {
  const outcome = outcomeOf(result);
  const reasons = reasonsOf(result);
  const line = (value: object): void => void out.write(`${clean(JSON.stringify(value))}\n`);
  if (json) {
    if (result.kind === "rehearsed")
      for (const each of result.migrations) line({ kind: "migration", ...each });
    const about =
      result.kind === "rehearsed"
        ? { proof: result.proof, liveCommit: result.liveCommit, live: result.live, next: result.next }
        : {};
    line({ kind: "end", stack, result: outcome, reasons, ...about });
  } else {
    if (result.kind === "rehearsed") out.write(`${clean(rehearsalTable(result).join("\n"))}\n\n`);
    out.write(`${clean(closing[outcome](stack, reasons))}\n`);
  }
  return outcome === "refused" ? exitStatus.failed : exitStatus.done;
}

const closing: Readonly<Record<Outcome, (stack: string, reasons: readonly string[]) => string>> = {
  nothing: (stack, [why = ""]) => `Nothing to rehearse on ${stack}: ${why}.`,
  reversible: (stack, warnings) =>
    [...warnings, `A rollout to ${stack} could be undone: the live release works on the new schema.`].join(
      "\n",
    ),
  "one-way": (stack) =>
    `A rollout to ${stack} is declared one-way: it would go out, and going back is not to be counted on.`,
  refused: (stack, reasons) =>
    [`A rollout to ${stack} would be refused:`, ...reasons.map((each) => `  ${each}`)].join("\n"),
};

export const rehearse: Command = {
  summary: "shows whether a rollout could be undone, on a copy of the data",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};

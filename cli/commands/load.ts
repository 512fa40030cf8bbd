import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { runLoad } from "../load/run-load.ts";
import { reportFailures } from "../report-failures.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { readStackSettings } from "../stack-settings.ts";

const help = `bin/rollout load --stack STACK [--profile FILE] [--compare RELEASE] [--yes-production] [--no-record] [--json]

Load-tests the release that is live: sends the requests of a profile by their weights, at a rate or by connections, waits for the jobs that
they enqueue, deletes what they made, and prints p50, p95, p99, failures and throughput, and the time of jobs. The result is entered in
the record, next to the release. With --compare it is held against that of an earlier release: slower by more than rollout:load.slowdown,
beyond what chance explains, is a regression. Each job is a real one. docs/load-tests.md has the form of a profile and the statistics.

  --stack, -s STACK   where: staging, or prod with --yes-production and a rate of at most rollout:load.mostPerSecond
  --profile FILE      else the one of rollout:load.profile, else the one of rollout.config.ts
  --compare RELEASE   the baseline: number or commit of a release that was measured by the same profile, or "previous" for the newest such
  --yes-production    sends it to production, where users are served
  --no-record         enters nothing in the record
  --json              {"kind": "progress", …} every ten seconds, and at the end {"kind": "end", "result", "load", "comparison", …}

Ctrl-C ends it: what is under way is answered, what was made is deleted, and what was measured is printed.

  bin/sandbox bin/rollout load --stack staging --profile tests/load/short.profile.yaml          some seconds, on this machine
  bin/rollout load --stack staging --profile tests/load/short.profile.yaml --compare previous   is it slower than the one before?

Exit status: 0 measured, or no regression, 1 what it made could not be deleted, 2 wrong use or profile (nothing was sent), 3 the record is
refused, 6 inconclusive, 7 slower than the baseline or failing too often, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("load", words, {
    stack: { type: "string", short: "s" },
    profile: { type: "string" },
    compare: { type: "string" },
    "yes-production": { type: "boolean" },
    "no-record": { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("load", options.stack);
  requireKnownStack(session.checkout, "load", stack);
  return reportFailures(session, () =>
    runLoad(session, {
      ...{ stack, profile: options.profile, compare: options.compare, json: options.json },
      ...{ yesProduction: options["yes-production"], keeps: !options["no-record"] },
    }),
  );
}

/**
 * Behind the smoke test of a rollout that changed something: measures what has gone live, and compares it with the newest release before
 * that was measured. Does nothing where `rollout:load.afterRollout` is not set.
 *
 * @param opened the environment, where the rollout has opened it.
 */
export async function loadAfterRollout(
  session: Session,
  stack: string,
  json: boolean,
  opened?: Promise<OpenEnvironment>,
): Promise<ExitStatus> {
  const known = await opened?.catch(() => undefined);
  const settings = known?.settings ?? readStackSettings(session, stack);
  if (!settings.load.afterRollout) return exitStatus.done;
  return runLoad(session, {
    ...{ stack, json, profile: undefined, compare: "previous" },
    ...{ yesProduction: false, keeps: true },
  });
}

export const load: Command = {
  summary: "load-tests what is live, and compares it with a baseline",
  help,
  run,
};

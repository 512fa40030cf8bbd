import { createRequire } from "node:module";
import { application } from "../../rollout.config.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type * as loading from "./load.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { recording } from "../record/recording.ts";
import { reportFailures } from "../report-failures.ts";
import type { ReportedEnd } from "../roll-out.ts";
import { rollOut } from "../roll-out.ts";
import { readDuration } from "../watch/duration.ts";
import type * as watching from "../watch/run-watch.ts";

const load = createRequire(__filename);

const help = `bin/rollout up --stack STACK [--refresh] [--no-rollback] [--watch TIME] [--record FILE] [--json]

Rolls the checked-out release out, as pulumi up does, without a question and with its progress: each step as it is
over, and below, while they run, time and last line of the others. Behind another rollout of the same stack it waits in
line, prints behind which and since when, and starts automatically.

When a step fails, the last good release is restored by the same steps and the same smoke test, and an issue on
GitHub holds the evidence. The database stays as it is. The same command tries the failed release again.

  --stack, -s STACK   where: staging or prod
  --refresh           look first at what is really there, and fix what was changed out of band
  --no-rollback       leave a failure as it is, to look at it
  --watch TIME        afterwards judge for a time, such as 10m, what is live, as the command watch does, and roll back what it
                      condemns
  --record FILE       writes every call to the clouds with its answer into FILE, as HAR and without secrets
  --json              one JSON object a line: {"at", "kind": "started|line|done|failed|warning", "step", …}, and at
                      the end {"kind": "end", "result": "succeeded|failed|refused|interrupted|unusable", …}; after a
                      failure the rollback follows, with an end of "rolled back" or "rollback failed"

Ctrl-C ends it after the steps under way; twice, at once. The same command again continues from there.

  bin/sandbox bin/rollout up --stack staging           try it on this machine, without an account
  bin/rollout up --stack staging                       in the real clouds, with their tokens in the environment
  bin/rollout up --stack staging --refresh             fix what was changed out of band
  bin/rollout up --stack staging --json | tail -n 1    for a script: how it ended, with the steps that failed

Exit status: 0 done, 1 failed (and there is no release to roll back to), 2 wrong use, settings or tokens, nothing was
started (bin/rollout doctor shows more), 3 refused by the gate, nothing was written, 4 failed and rolled back, 5 failed and
the rollback failed too, 6 live, and watch or load test is inconclusive, 7 live, and slower than the release before
(rollout:load.afterRollout), 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("up", words, {
    stack: { type: "string", short: "s" },
    refresh: { type: "boolean" },
    "no-rollback": { type: "boolean" },
    watch: { type: "string" },
    record: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("up", options.stack);
  requireKnownStack(session.checkout, "up", stack);
  const forSeconds =
    options.watch === undefined ? undefined : readDuration("bin/rollout up: --watch", options.watch);
  return recording(session, options.record, async (recorded) => {
    const { status, hasChanged, opened } = await rollOut(recorded, {
      stack,
      engineText: [
        ...["up", "--stack", stack, "--yes", "--skip-preview"],
        ...(options.refresh ? ["--refresh"] : []),
      ],
      again: `bin/rollout up --stack ${stack}`,
      bringsBack: !options["no-rollback"],
      json: options.json,
    });
    if (status !== exitStatus.done) return status;
    const loaded = hasChanged ? await loadAfter(recorded, stack, options.json, opened) : exitStatus.done;
    if (loaded !== exitStatus.done || forSeconds === undefined) return loaded;
    // A rollout without a watch loads none of it.
    const { runWatch } = load("../watch/run-watch.ts") as typeof watching;
    return reportFailures(recorded, () =>
      runWatch(recorded, { stack, forSeconds, json: options.json, rollsBack: !options["no-rollback"] }),
    );
  });
}

/** The load test, where the stack's settings ask for one: an application without a profile loads none of it. */
function loadAfter(
  session: Session,
  stack: string,
  json: boolean,
  opened: ReportedEnd["opened"],
): Promise<ExitStatus> {
  if (!application.load) return Promise.resolve(exitStatus.done);
  const { loadAfterRollout } = load("./load.ts") as typeof loading;
  return reportFailures(session, () => loadAfterRollout(session, stack, json, opened));
}

export const up: Command = { summary: "rolls the checked-out release out, showing each step", help, run };

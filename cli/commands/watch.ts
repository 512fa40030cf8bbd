import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { reportFailures } from "../report-failures.ts";
import { readDuration } from "../watch/duration.ts";
import { runWatch } from "../watch/run-watch.ts";

const help = `bin/rollout watch --stack STACK [--for TIME] [--no-rollback] [--json]

Judges the release that is live for a time, by its health, its requests and what the application is there for, and rolls it back
when they condemn it, by the strategy that they call for: health, everything at once, and new rollouts are frozen; slow or failing
requests, the part that is condemned; fewer of what the application counts, fewer machines first, then everything. What cannot
be measured, and too few requests, are no pass but inconclusive, with what helps. Limits are rollout:watch; docs/watch.md.

  --stack, -s STACK   where: staging or prod
  --for TIME          how long, such as 90s, 10m or 1h; 10m where nothing is said. Longer than rollout:watch.windowSeconds
  --no-rollback       judge and notify only; goes on to the end, so that a recovery is seen
  --json              one JSON object a look, {"kind": "look", "seconds", "state", "findings", "evidence", "problems"}, and at the
                      end {"kind": "end", "result", "verdict", "findings", "plan", "deliveries", …}

Ctrl-C ends it: what was seen until then is inconclusive, unless it condemns.

  bin/rollout watch --stack staging                            ten minutes of what is live
  bin/rollout watch --stack staging --for 1h --no-rollback     an hour, and only judge
  bin/sandbox bin/rollout watch --stack staging --json         on this machine, for a script

Exit status: 0 pass, or it recovered, 1 condemned and not rolled back, 2 wrong use or settings, 3 the record is refused, 4 condemned and
rolled back, 5 condemned and the rollback failed, 6 inconclusive.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("watch", words, {
    stack: { type: "string", short: "s" },
    for: { type: "string" },
    "no-rollback": { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("watch", options.stack);
  const forSeconds = readDuration("bin/rollout watch: --for", options.for ?? "10m");
  requireKnownStack(session.checkout, "watch", stack);
  return reportFailures(session, () =>
    runWatch(session, { stack, forSeconds, json: options.json, rollsBack: !options["no-rollback"] }),
  );
}

export const watch: Command = {
  summary: "judges what is live, and rolls back what its figures condemn",
  help,
  run,
};

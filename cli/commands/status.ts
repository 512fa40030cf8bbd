import { application } from "../../rollout.config.ts";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { readLease } from "@rollout/infra/rollout/lease/lease-store";
import { placesOf } from "../../stacks/settings/workers.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readRecorded } from "../history/recorded.ts";
import { readRecordedWithoutGitHub } from "../rollback/without-github.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";
import { reportFailures } from "../report-failures.ts";
import { statusOf } from "../status/environment-status.ts";
import { statusOfParts } from "../status/parts.ts";
import { statusText } from "../status/text.ts";

const help = `bin/rollout status --stack STACK [--without-github] [--json]

What runs in an environment, since when, and whether it is well: the live release by the record, and what the clouds report of each
part at this moment. The web answers its health path, and its address points at the deployment on record; the machines of each
worker are started, pass their checks and run the image on record. Also the rollout that is under way, the newest failure and a
freeze. It only reads, and waits 5 s for a cloud at most; a part whose cloud does not answer is unknown, and so is a web behind a
login of Vercel.

  --stack, -s STACK   which environment: staging or prod
  --without-github    the live release by the copy of the record that the stack's state keeps, while GitHub does not answer; a
                      freeze, and a rollout that another machine has begun since, are not in it
  --json              one JSON object: {"stack", "environment", "result": "well|unwell|unknown|empty", "live", "parts": [{"part",
                      "where", "health", "isRelease", "seen"}], "running", "failed", "lease", "freeze"}

  bin/rollout status --stack staging                                      in the real clouds
  bin/sandbox bin/rollout status --stack staging                          on this machine
  bin/rollout status --stack staging --json | node -p 'JSON.parse(fs.readFileSync(0)).live.release'

Exit status: 0 well, 1 unwell, unknown, or nothing is live, 2 wrong use, settings or tokens, 3 the record is refused.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("status", words, {
    stack: { type: "string", short: "s" },
    "without-github": { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("status", options.stack);
  requireKnownStack(session.checkout, "status", stack);
  return reportFailures(session, async () => {
    const isKept = options["without-github"];
    const { settings, access, github, place, attempts, freeze } = await (isKept
      ? readRecordedWithoutGitHub(session, stack)
      : readRecorded(session, stack));
    const live = liveOf(attempts);
    const [parts, lease] = await Promise.all([
      live
        ? statusOfParts(
            {
              team: settings.vercel.team,
              domain: settings.vercel.domain,
              healthPath: application.web.healthPath,
              ...placesOf(settings),
              live,
              attempts,
            },
            access,
          )
        : [],
      isKept ? ("unknown" as const) : readLease(github, { ...place, commit: "" }),
    ]);
    const status = statusOf({ stack, environment: place.environment, attempts, freeze, lease, parts });
    const { out, environment } = session;
    out.write(
      options.json
        ? `${JSON.stringify(status)}\n`
        : statusText(status, colorsFor(out.isTTY, environment), new Date()),
    );
    return status.result === "well" ? exitStatus.done : exitStatus.failed;
  });
}

export const status: Command = { summary: "what runs where, since when, and whether it is well", help, run };

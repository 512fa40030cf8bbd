import { readOptions } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { downPreview } from "../preview-env/down.ts";
import { mostDays } from "../preview-env/stack-file.ts";
import { sweepPreviews } from "../preview-env/sweep.ts";
import { upPreview } from "../preview-env/up.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

/** Days that an environment has by default. */
const usualDays = 7;

const help = `bin/rollout preview-env up NUMBER | down NUMBER | sweep

An environment of its own for a pull request, the stack pr-NUMBER: a Neon branch that ends automatically, two Fly apps, the
variables and a deployment of the pull request's git branch at Vercel, smoke-tested, at an address of its own. Its
settings are staging's, and nothing of it lasts.

  up NUMBER           brings it up, or up to date, prints its address and puts it into a comment of the pull request.
                      While CI still runs; from no fork. Refused, before anything is started, where Neon's plan allows
                      no further branch
    --branch BRANCH   git branch; else the pull request's, and where GitHub does not know that, the checked-out one
    --days DAYS       after which it ends: 1 to ${String(mostDays)}, else ${String(usualDays)}; each up counts again
  down NUMBER         takes it away from every cloud, also where the state is lost
  sweep               deletes what pull requests left that are closed or unknown, and what has expired: by the clouds'
                      names and marks alone, without any state. One that is being rolled out stays
    --dry-run         prints what would be deleted and what stays, and why
  --json              one JSON object a line, the last {"kind": "end", …}

  bin/sandbox bin/rollout preview-env up 42      try it on this machine, without an account
  bin/rollout preview-env sweep --dry-run        what has been forgotten
  bin/rollout preview-env down 42                take it away

Exit status: 0 done, 1 failed, 2 wrong use or settings, or no room at Neon: nothing was started, 3 refused by the gate,
130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [action = "", ...rest] = words;
  switch (action) {
    case "up":
      return up(session, rest);
    case "down":
      return down(session, rest);
    case "sweep": {
      const options = readOptions("preview-env sweep", rest, {
        "dry-run": { type: "boolean" },
        json: { type: "boolean" },
      });
      return sweepPreviews(session, { isDryRun: options["dry-run"], json: options.json });
    }
    default:
      throw new UsageError(
        `bin/rollout preview-env ${action === "" || action.startsWith("-") ? "requires what to do" : `knows no ${action}`}. There is: up NUMBER, down NUMBER, sweep. See: bin/rollout preview-env --help`,
      );
  }
}

async function up(session: Session, [number = "", ...rest]: readonly string[]): Promise<ExitStatus> {
  const pullRequest = numberOf("up", number);
  const options = readOptions("preview-env up", rest, {
    branch: { type: "string" },
    days: { type: "string" },
    json: { type: "boolean" },
  });
  const days = Number(options.days ?? usualDays);
  if (!Number.isInteger(days) || days < 1 || days > mostDays)
    throw new UsageError(
      `bin/rollout preview-env up --days wants 1 to ${String(mostDays)}, and got ${options.days ?? ""}: bin/rollout preview-env up ${number} --days ${String(usualDays)}`,
    );
  return upPreview(session, { pullRequest, branch: options.branch, days, json: options.json });
}

async function down(session: Session, [number = "", ...rest]: readonly string[]): Promise<ExitStatus> {
  const pullRequest = numberOf("down", number);
  const options = readOptions("preview-env down", rest, { json: { type: "boolean" } });
  return downPreview(session, { pullRequest, json: options.json });
}

function numberOf(action: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(
    `bin/rollout preview-env ${action} wants the number of a pull request, and got ${JSON.stringify(text)}: bin/rollout preview-env ${action} 42`,
  );
}

export const previewEnv: Command = {
  summary: "an environment of its own for a pull request",
  help,
  run: (session, words) => reportFailures(session, () => run(session, words)),
};

import { namedAttempt } from "@rollout/infra/rollout/records/attempts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readRecorded } from "../history/recorded.ts";
import { requireKnownStack } from "../known-stack.ts";
import { openReport } from "../report/open-report.ts";
import { reportMarkdown } from "../report/report-markdown.ts";
import { readLogs, reportFolder } from "../report/rollout-log.ts";
import { writeReport } from "../report/write-report.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout report [RELEASE] --stack STACK [--format html | md] [--json]

One rollout on a page: a timeline of its steps with the critical path and what each usually takes, the checks of its smoke
test with their times, health, what changed, what can be rolled back, links. bin/rollout up, rollback and rotate write it
after every rollout; this writes it again, for any rollout of the history, with what has become of it since. The page is one
file that needs no network and no script, light or dark as the reader's system is.

When the steps ran, the checkout that ran them keeps (.rollout/reports/STACK/NUMBER.json). Elsewhere, and after a plain
pulumi up, it is read from the stack's state, which has it until the steps run again: without expected times, and
of an older rollout not at all. The page says which.

  RELEASE        a number of the history, or seven or more characters of a commit; the newest rollout by default
  --stack, -s    where: staging or prod
  --format       html: writes the page and prints its path (default); md: prints the same as Markdown
  --json         prints what the page shows, as one JSON object

  bin/sandbox bin/rollout report --stack staging                        the newest, on this machine
  bin/rollout report 1 --stack staging                                  the first rollout
  bin/rollout report --stack staging --format md > rollout.md           for an issue, or a mail
  bin/rollout report --stack staging --json | head -n 1                 for a script

Exit status: 0 done, 1 a cloud did not answer, 2 wrong use or settings, 3 the record is refused.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [first] = words;
  const name = first === undefined || first.startsWith("-") ? undefined : first;
  const options = readOptions("report", name === undefined ? words : words.slice(1), {
    stack: { type: "string", short: "s" },
    format: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("report", options.stack);
  const format = options.format ?? "html";
  if (format !== "html" && format !== "md")
    throw new UsageError(`bin/rollout report: --format is ${format}; expected html or md`);
  requireKnownStack(session.checkout, "report", stack);
  return reportFailures(session, async () => {
    const recorded = await readRecorded(session, stack);
    const { attempts, place } = recorded;
    const wanted = name === undefined ? attempts[0] : namedAttempt(attempts, name);
    if (!wanted)
      throw new UsageError(
        name === undefined
          ? `${place.environment} has no rollout on record. To roll out: bin/rollout up --stack ${stack}`
          : `${place.environment} has no release ${name} on record. See: bin/rollout history --stack ${stack}`,
      );
    const folder = reportFolder(session.checkout, stack);
    const report = await openReport(session, { stack, recorded, wanted, logs: readLogs(folder) });
    session.out.write(
      options.json
        ? `${JSON.stringify(report)}\n`
        : format === "md"
          ? reportMarkdown(report)
          : `${writeReport(folder, report)}\n`,
    );
    return exitStatus.done;
  });
}

export const report: Command = { summary: "one rollout on a page: timeline, checks, changes", help, run };

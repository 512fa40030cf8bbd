import { readRecord } from "@rollout/infra/rollout/records/read-record";
import { readOptions, requireStack } from "../arguments.ts";
import type { AuditEvent } from "../audit/events.ts";
import { auditEvents } from "../audit/events.ts";
import { settingChanges } from "../audit/setting-changes.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { openRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { verifyAll } from "../history/verify-record.ts";
import { requireKnownStack } from "../known-stack.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const help = `bin/rollout audit --stack STACK [--since TIME] [--verify] [--json]

Who did what in an environment, oldest first: rollouts with the checks that were green, rollbacks, rotations, changes of settings,
restores of the database, freezes, adopted resources, repaired drift, leftovers, destroys, and how each rollout ended. Each line is an
entry of the signed record of rollouts, so that it cannot be changed or deleted unseen; the record is kept for as long as its
repository, and nothing of it is deleted. The changed settings are listed where this clone has both commits, a secret by its name alone.
Who approved destructive migrations stands with their rollout; approvals of pull requests and of jobs are in GitHub's own audit log.

  --stack, -s STACK   which environment: staging or prod
  --since TIME        from then on: 30d, 12h, 45m ago, or a date such as 2026-01-31; without it, from the first rollout on
  --verify            first holds every entry against its signature, the hashes, GitHub's deployments and the stack's state
  --json              one JSON object a line: {"at", "by", "event", "attempt", "description", "release", "commit", "changes",
                      "entry", "hash", "signedBy"}

  bin/rollout audit --stack prod --since 30d                             in the real clouds
  bin/sandbox bin/rollout audit --stack staging                          on this machine
  bin/rollout audit --stack prod --verify --json > audit.jsonl           to keep elsewhere

Exit status: 0 done, 1 the record was changed (--verify) or could not be read, 2 wrong use, settings or tokens, 3 it is refused.
`;

type Listed = AuditEvent & { readonly changes?: readonly string[] };

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("audit", words, {
    stack: { type: "string", short: "s" },
    since: { type: "string" },
    verify: { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("audit", options.stack);
  const since = options.since === undefined ? undefined : sinceTime(options.since, new Date());
  requireKnownStack(session.checkout, "audit", stack);
  return reportFailures(session, async () => {
    const { out, err, checkout } = session;
    const opened = await openRecorded(session, stack);
    if (options.verify) {
      const { faults, advice, unasked } = await verifyAll(session, stack, opened);
      if (unasked !== undefined) err.write(`The stack's state was not asked: ${unasked}\n`);
      if (faults.length > 0) {
        err.write(
          `The record of ${opened.onGitHub.environment} is not as it was written:\n${faults.map((fault) => `  ${fault}\n`).join("")}${advice ?? ""}\n`,
        );
        return exitStatus.failed;
      }
    }
    const events = auditEvents(await readRecord(opened.github, opened.onGitHub)).filter(
      ({ at }) => since === undefined || Date.parse(at) >= since.getTime(),
    );
    const file = `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`;
    const listed = events.map((event) => withChanges(event, checkout, file));
    if (options.json) for (const event of listed) out.write(`${JSON.stringify(event)}\n`);
    else if (listed.length === 0)
      out.write(`Nothing was done in ${opened.onGitHub.environment} in that time.\n`);
    else out.write(textOf(listed));
    return exitStatus.done;
  });
}

function withChanges(event: AuditEvent, checkout: string, file: string): Listed {
  const { commitBefore, commit } = event;
  if (event.event !== "settings" || commitBefore === undefined || commit === undefined) return event;
  const changes = settingChanges(checkout, file, commitBefore, commit);
  return changes === undefined ? event : { ...event, changes };
}

function textOf(events: readonly Listed[]): string {
  const width = (of: (event: Listed) => string): number => Math.max(...events.map((each) => of(each).length));
  const [names, people] = [width(({ event }) => event), width(({ by }) => by)];
  return events
    .map(({ at, by, event, attempt, description, release, changes }) => {
      const what = [...(release === undefined ? [] : [shortRelease(release)]), description].join("  ");
      const head = `${at.replace(/\.\d+Z$/, "Z")}  ${event.padEnd(names)}  ${by.padEnd(people)}  #${String(attempt)}  ${what}\n`;
      return head + (changes ?? []).map((change) => `    ${change}\n`).join("");
    })
    .join("");
}

export const audit: Command = { summary: "who did what, from the signed record", help, run };

/**
 * The time that `--since` names: so long ago (`30d`, `12h`, `45m`), or a date.
 *
 * @throws UsageError where it is neither.
 */
export function sinceTime(text: string, now: Date): Date {
  const [, count = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const milliseconds = units[unit];
  if (milliseconds !== undefined) return new Date(now.getTime() - Number(count) * milliseconds);
  const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `bin/rollout audit: --since is ${text}; expected so long ago, such as 30d, 12h or 45m, or a date, such as 2026-01-31`,
  );
}

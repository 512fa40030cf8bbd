import { application } from "../../rollout.config.ts";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf, namedAttempt } from "@rollout/infra/rollout/records/attempts";
import { freezeText } from "@rollout/infra/rollout/records/freeze";
import { placesOf } from "../../stacks/settings/workers.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { differenceLine, differencesBetween } from "../history/differences.ts";
import { incidentsOf } from "../history/incidents.ts";
import type { Recorded } from "../history/recorded.ts";
import { openRecorded, readRecorded } from "../history/recorded.ts";
import { subjectsOf } from "../history/subjects.ts";
import { attemptLines, shortRelease, listedAttempts } from "../history/table.ts";
import { syncRecord } from "../history/sync-record.ts";
import { readRecordedWithoutGitHub } from "../rollback/without-github.ts";
import { verifyAll } from "../history/verify-record.ts";
import { liveFaults } from "../live-health.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout history [NUMBER | A..B] --stack STACK [--limit NUMBER] [--verify | --sync | --without-github] [--json]

Every rollout of an environment, newest first: its number, what became of it, release, when, how long, by whom, which
checks were green, digests, and how it ended. The record is on GitHub, a chain of commits under
refs/heads/rollouts/ENVIRONMENT/record; entries are added to it and never changed, each is signed and holds the hash of the one
before. A record that does not count (rollout:record.keys) is refused.
The schema is the newest migration that the database had afterwards. A freeze that is in force stands above, those before it
with the rollout that they followed. Where what is live does not run or is not healthy
at the moment, the last lines show it.

  NUMBER           that rollout alone
  A..B             what differs between two releases, each named by its number or by its commit
  --stack, -s      where: staging or prod
  --limit NUMBER   how many; 20 by default
  --verify         holds every entry against its signature and the hashes, and all against what GitHub's deployments and
                   the stack's state know; lists what was changed or is missing, and how to restore it
  --sync           enters what ran while GitHub did not answer (rollback --without-github)
  --without-github reads the copy that the stack's state keeps: up to twenty rollouts, and of a newer one that it began
  --json           one JSON object a line

  bin/sandbox bin/rollout history --stack staging                      on this machine
  bin/rollout history --stack prod --limit 3                           the last three
  bin/rollout history --stack staging --verify                         is it as it was written?
  bin/rollout history --stack staging --without-github                 while GitHub does not answer
  bin/rollout history --stack staging --json | head -n 1               the newest, for a script

Exit status: 0 done, 1 the record was changed (--verify) or could not be read, 2 wrong use or settings, 3 it is refused.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const range = words.find((word) => /^[^-].*\.\./.test(word));
  const one = words.find((word) => /^#?\d{1,6}$/.test(word) && words[words.indexOf(word) - 1] !== "--limit");
  const options = readOptions(
    "history",
    words.filter((word) => word !== range && word !== one),
    {
      stack: { type: "string", short: "s" },
      limit: { type: "string" },
      verify: { type: "boolean" },
      sync: { type: "boolean" },
      "without-github": { type: "boolean" },
      json: { type: "boolean" },
    },
  );
  const stack = requireStack("history", options.stack);
  const limit = Number(options.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(
      `bin/rollout history: --limit is ${options.limit ?? ""}; expected a number from 1 on`,
    );
  requireKnownStack(session.checkout, "history", stack);
  return reportFailures(session, async () => {
    if (options.verify) return verify(session, stack, options.json);
    if (options.sync) return syncRecord(session, stack, options.json);
    const isKept = options["without-github"];
    const recorded = await (isKept
      ? readRecordedWithoutGitHub(session, stack)
      : readRecorded(session, stack));
    if (range !== undefined) return compare(session, recorded, range, options.json);
    if (!options.json && recorded.freeze)
      session.out.write(`${freezeText(recorded.place.environment, recorded.freeze)}\n\n`);
    if (one !== undefined) {
      known(recorded.attempts, one, recorded.place.environment);
      return list(session, recorded, {
        limit,
        json: options.json,
        isKept,
        only: Number(one.replace("#", "")),
      });
    }
    const status = await list(session, recorded, { limit, json: options.json, isKept });
    if (!options.json) await warnOfLive(session, recorded);
    return status;
  });
}

interface ListOptions {
  readonly limit: number;
  readonly json: boolean;
  /** Whether GitHub is not asked. */
  readonly isKept: boolean;
  readonly only?: number;
}

async function list(
  { checkout, out, environment }: Session,
  { attempts, place, github }: Recorded,
  { limit, json, isKept, only }: ListOptions,
): Promise<ExitStatus> {
  const colors = colorsFor(out.isTTY && !json, environment);
  const shown = listedAttempts(attempts)
    .filter(({ attempt: { number } }) => only === undefined || number === only)
    .slice(0, limit);
  const hasFailures = shown.some(({ standing }) => standing === "failed");
  const incidents = hasFailures && !isKept ? await incidentsOf(github, place) : new Map<number, string>();
  const subjects = subjectsOf(
    checkout,
    shown.map(({ attempt }) => attempt.commit),
  );
  const listed = shown.map((each) => {
    const subject = subjects.get(each.attempt.commit);
    const incident = incidents.get(each.attempt.number);
    return {
      ...each,
      ...(subject === undefined ? {} : { subject }),
      ...(incident === undefined ? {} : { incident }),
    };
  });
  if (json)
    for (const { attempt, ...rest } of listed) out.write(`${JSON.stringify({ ...attempt, ...rest })}\n`);
  else if (listed.length === 0) out.write(`Nothing was rolled out to ${place.environment} yet.\n`);
  else out.write(listed.map((each) => attemptLines(each, colors)).join("\n"));
  return exitStatus.done;
}

/** The record shows what was rolled out, and not whether it still runs. */
async function warnOfLive(
  { err, environment }: Session,
  { attempts, settings, place }: Recorded,
): Promise<void> {
  const live = liveOf(attempts);
  if (!live || live !== attempts[0]) return;
  const { apps, services } = placesOf(settings);
  const watched = {
    webUrl: live.ended?.webUrl,
    healthPath: application.web.healthPath,
    apps: Object.values(apps),
    services: Object.values(services),
  };
  const faults = await liveFaults(watched, environment);
  if (faults.length > 0)
    err.write(
      `\n${place.environment} does not run as #${String(live.number)} left it:\n${faults.map((fault) => `  ${fault}\n`).join("")}`,
    );
}

async function verify(session: Session, stack: string, json: boolean): Promise<ExitStatus> {
  const { out, err } = session;
  const opened = await openRecorded(session, stack);
  const { environment } = opened.onGitHub;
  const { entries, faults, advice, unasked } = await verifyAll(session, stack, opened);
  if (json) out.write(`${JSON.stringify({ environment, entries, faults, advice, unasked })}\n`);
  else if (faults.length === 0)
    out.write(`The record of ${environment} is as it was written: ${String(entries)} entries.\n`);
  else
    err.write(
      `The record of ${environment} is not as it was written:\n${faults.map((fault) => `  ${fault}\n`).join("")}${advice ?? ""}\n`,
    );
  if (!json && unasked !== undefined)
    err.write(`What the stack's state knows of it was not asked: ${unasked}\n`);
  return faults.length === 0 ? exitStatus.done : exitStatus.failed;
}

function compare({ out }: Session, { attempts, place }: Recorded, range: string, json: boolean): ExitStatus {
  const [from, to] = range.split(/\.{2,3}/).map((name) => known(attempts, name, place.environment));
  if (!from || !to)
    throw new UsageError(`bin/rollout history: ${range} is no pair of releases, such as 3..5`);
  const differences = differencesBetween(from, to);
  if (json) out.write(`${JSON.stringify({ from: from.number, to: to.number, differences })}\n`);
  else
    out.write(
      `From #${String(from.number)} (${shortRelease(from.release)}) to #${String(to.number)} (${shortRelease(to.release)}):\n` +
        (differences.length === 0
          ? "  nothing differs\n"
          : differences.map((each) => `${differenceLine(each)}\n`).join("")),
    );
  return exitStatus.done;
}

function known(attempts: readonly Attempt[], name: string, environment: string): Attempt {
  const found = namedAttempt(attempts, name);
  if (found) return found;
  throw new UsageError(`${environment} has no release ${name} on record. See: bin/rollout history --help`);
}

export const history: Command = { summary: "every rollout, and what can be returned to", help, run };

import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { lastGood, liveOf } from "@rollout/infra/rollout/records/attempts";
import type { SmokeCheck } from "@rollout/infra/rollout/smoke/smoke-result";
import type { Difference } from "../history/differences.ts";
import { differenceLine, differencesBetween } from "../history/differences.ts";
import type { ListedAttempt } from "../history/table.ts";
import { listedAttempts, shortRelease, standingText } from "../history/table.ts";
import type { PartStatus } from "../status/parts.ts";
import type { Timeline } from "./timeline.ts";

export interface ReportLink {
  readonly text: string;
  readonly url: string;
}

/** What a page about one rollout shows; `--json` prints it as it is. */
export interface RolloutReport {
  readonly stack: string;
  readonly environment: string;
  readonly number: number;
  readonly release: string;
  /** First line of its commit's message, where the clone has the commit. */
  readonly subject?: string;
  readonly result: "succeeded" | "failed" | "not ended";
  /** What has become of it since: `live`, `can be returned to`. */
  readonly standing: string;
  /** What the smoke test found, or which step failed. */
  readonly description: string;
  /** RFC 3339. */
  readonly at: string;
  readonly by: string;
  readonly seconds?: number;
  readonly returnsTo?: number;
  /** CI checks that were green. */
  readonly ciChecks: readonly string[];
  /** Absent where neither this checkout nor the stack's state knows when its steps ran. */
  readonly timeline?: Timeline;
  /** Checks of the smoke test with their times; empty where they are not known any more. */
  readonly smoke: readonly SmokeCheck[];
  /** What runs at the moment, of the live release alone. */
  readonly health?: { readonly at: string; readonly parts: readonly PartStatus[] };
  /** Against the release that was live before; absent where there was none. */
  readonly changes?: { readonly since: number; readonly lines: readonly string[] };
  /** One sentence each. */
  readonly rollback: readonly string[];
  readonly notes: readonly string[];
  readonly links: readonly ReportLink[];
  /** When this was written, RFC 3339. */
  readonly writtenAt: string;
}

export interface ReportFacts {
  readonly stack: string;
  readonly environment: string;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  readonly wanted: Attempt;
  readonly subject: string | undefined;
  readonly incident: string | undefined;
  /** Address of the repository for browsers; absent where GitHub did not answer. */
  readonly repositoryUrl: string | undefined;
  readonly timeline: Timeline | undefined;
  readonly smoke: readonly SmokeCheck[];
  readonly parts: readonly PartStatus[] | undefined;
  readonly now: Date;
}

export function reportOf(facts: ReportFacts): RolloutReport {
  const { stack, environment, attempts, wanted, subject, timeline, smoke, parts, now } = facts;
  const listed = listedAttempts(attempts).find(({ attempt }) => attempt.number === wanted.number);
  const { number, release, at, by, ended, returnsTo, checks, notes = [] } = wanted;
  const before = liveOf(attempts.filter((each) => each.number < number));
  return {
    ...{ stack, environment, number, release, at, by, smoke, ciChecks: checks },
    ...(subject === undefined ? {} : { subject }),
    result: ended === undefined ? "not ended" : ended.result === "success" ? "succeeded" : "failed",
    standing: listed ? standingText(listed) : "",
    description: ended?.description ?? "it runs, or was ended from outside",
    ...(ended ? { seconds: (Date.parse(ended.at) - Date.parse(at)) / 1000 } : {}),
    ...(returnsTo === undefined ? {} : { returnsTo }),
    ...(timeline ? { timeline } : {}),
    ...(parts ? { health: { at: now.toISOString(), parts } } : {}),
    ...(before
      ? {
          changes: {
            since: before.number,
            lines: differencesBetween(before, wanted).map(changeLine),
          },
        }
      : {}),
    rollback: rollbackLines(facts, listed),
    notes: notes.map((each) => `${each.event} ${each.at} by ${each.by}: ${each.description}`),
    links: linksOf(facts),
    writtenAt: now.toISOString(),
  };
}

function changeLine(difference: Difference): string {
  const { what, from } = difference;
  if (!what.startsWith("migration ")) return differenceLine(difference).trim();
  return `${what}: ${from === "absent" ? "new" : "no part of this release; the database keeps it"}`;
}

function rollbackLines(
  { stack, attempts, wanted }: ReportFacts,
  listed: ListedAttempt | undefined,
): string[] {
  const live = liveOf(attempts);
  const to = lastGood(attempts);
  const named = (attempt: Attempt): string => `#${String(attempt.number)} (${shortRelease(attempt.release)})`;
  const own =
    wanted.number === live?.number
      ? `${named(wanted)} is live.`
      : listed?.blocker === undefined
        ? `${named(wanted)} can be returned to: bin/rollout rollback --stack ${stack} --to ${String(wanted.number)}`
        : `${named(wanted)} cannot be returned to: ${listed.blocker}.`;
  const oneWay = wanted.ended?.oneWay;
  return [
    own,
    ...(oneWay === undefined
      ? []
      : [`It was one-way: no release before it may run on its schema: ${oneWay}.`]),
    to === undefined
      ? "There is no other good release to roll back to."
      : `bin/rollout rollback --stack ${stack} returns to ${named(to)}: workers, web and variables. Database and secrets stay.`,
  ];
}

function linksOf({ wanted, incident, repositoryUrl, environment }: ReportFacts): readonly ReportLink[] {
  const { commit, ended } = wanted;
  const onGitHub =
    repositoryUrl === undefined
      ? []
      : [
          { text: "commit", url: `${repositoryUrl}/commit/${commit}` },
          { text: "deployments", url: `${repositoryUrl}/deployments/${encodeURIComponent(environment)}` },
        ];
  return [
    ...(ended?.webUrl === undefined ? [] : [{ text: "web", url: ended.webUrl }]),
    ...onGitHub,
    ...(incident === undefined ? [] : [{ text: "incident with the evidence", url: incident }]),
  ];
}

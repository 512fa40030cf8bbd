import { freezeText } from "@rollout/infra/rollout/records/freeze";
import { shortRelease } from "../history/table.ts";
import type { Colors } from "../progress/colors.ts";
import type { EnvironmentStatus } from "./environment-status.ts";
import type { PartStatus } from "./parts.ts";

/** The status for people: one line each for release, parts, and what a reader has to act on. */
export function statusText(status: EnvironmentStatus, colors: Colors, now: Date): string {
  const { stack, environment, live, parts, running, failed, lease, freeze } = status;
  const width = Math.max(0, ...parts.map(({ part }) => part.length));
  const lines = [
    live
      ? `${colors.bold(environment)}: #${String(live.number)} ${shortRelease(live.release)} is live since ${second(live.since)} (${age(live.since, now)}), by ${live.by}` +
        (live.schema ? `; schema ${live.schema}` : "")
      : `${colors.bold(environment)}: nothing is live. To roll out: bin/rollout up --stack ${stack}`,
    ...parts.map((each) => partLine(each, width, colors)),
    ...(running ? [runningLine(running, stack, now)] : []),
    ...(lease
      ? [`${lease.doing} by ${lease.by} is under way since ${second(lease.since)} (${age(lease.since, now)})`]
      : []),
    ...(failed
      ? [
          colors.red(
            `#${String(failed.number)} ${shortRelease(failed.release)} failed ${second(failed.at)}: ${failed.description}. More: bin/rollout history ${String(failed.number)} --stack ${stack}`,
          ),
        ]
      : []),
    ...(freeze ? [colors.yellow(freezeText(environment, freeze))] : []),
    ...(parts.some(({ isRelease }) => isRelease === false)
      ? [`What runs is not the release on record. To repair it: bin/rollout up --stack ${stack} --refresh`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function partLine({ part, where, health, seen }: PartStatus, width: number, colors: Colors): string {
  const paint = { well: colors.green, unwell: colors.red, unknown: colors.yellow }[health];
  return `  ${part.padEnd(width)}  ${paint(health.padEnd(7))}  ${where}: ${seen.join("; ")}`;
}

function runningLine(
  { number, release, at, by, hasLease }: NonNullable<EnvironmentStatus["running"]>,
  stack: string,
  now: Date,
): string {
  const rollout = `#${String(number)} ${shortRelease(release)} by ${by}, begun ${second(at)} (${age(at, now)} ago)`;
  if (hasLease === undefined)
    return `${rollout}, is not known to have ended: GitHub has its lease, and was not asked`;
  return hasLease
    ? `${rollout}, is under way`
    : `${rollout}, has not ended and holds no lease. To finish it: bin/rollout up --stack ${stack}`;
}

function second(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}

/** How long ago a time was, in its two largest units. */
export function age(time: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 60_000));
  const [days, hours, rest] = [
    Math.floor(minutes / 1440),
    Math.floor((minutes % 1440) / 60),
    minutes % 60,
  ] as const;
  if (days > 0) return `${String(days)} d ${String(hours)} h`;
  return hours > 0 ? `${String(hours)} h ${String(rest)} min` : `${String(rest)} min`;
}

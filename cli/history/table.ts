import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { blocker, liveOf, sameRelease, schemaAfter } from "@rollout/infra/rollout/records/attempts";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import type { Colors } from "../progress/colors.ts";
import { duration } from "../progress/view.ts";

/** Where an attempt stands today, in a word. */
export type Standing = "live" | "last good" | "failed" | "running" | "returnable" | "one-way" | "destroyed";

/** What is shown of an attempt, for people and for machines. */
export interface ListedAttempt {
  readonly attempt: Attempt;
  readonly standing: Standing;
  /** Why it cannot be returned to; absent where it can, or is live. */
  readonly blocker?: string;
  readonly seconds?: number;
  /** Name of the newest migration that the database had then; absent where that is not known. */
  readonly schema?: string;
  /** Whether it is what is live, under another number. */
  readonly isSameAsLive?: true;
  /** First line of its commit's message, where the clone has the commit. */
  readonly subject?: string;
  /** Address of the issue with the evidence of a failure. */
  readonly incident?: string;
}

export function listedAttempts(attempts: readonly Attempt[]): readonly ListedAttempt[] {
  const live = liveOf(attempts);
  return attempts.map((attempt) => {
    const reason = blocker(attempts, attempt);
    const { ended, at, number } = attempt;
    const schema = schemaAfter(attempts, attempt);
    const seconds = ended && (Date.parse(ended.at) - Date.parse(at)) / 1000;
    return {
      attempt,
      standing: number === live?.number ? standingOfLive(attempts, number) : standingOf(attempt, reason),
      ...(reason === undefined || number === live?.number ? {} : { blocker: reason }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(schema === undefined ? {} : { schema }),
      ...(live &&
      number !== live.number &&
      reason === undefined &&
      sameRelease(attempt.composition, live.composition)
        ? { isSameAsLive: true as const }
        : {}),
    };
  });
}

const standingOfLive = ([newest]: readonly Attempt[], number: number): Standing =>
  newest?.number === number ? "live" : "last good";

/** Of an attempt that is not live. */
function standingOf({ ended, destroyedAt }: Attempt, blockedBy: string | undefined): Standing {
  if (ended === undefined) return "running";
  if (ended.result === "failure") return "failed";
  if (blockedBy === undefined) return "returnable";
  return destroyedAt === undefined ? "one-way" : "destroyed";
}

const words: Readonly<Record<Standing, string>> = {
  live: "live",
  "last good": "last good; something of a newer one may be live",
  failed: "failed",
  running: "not ended",
  returnable: "can be returned to",
  "one-way": "cannot be returned to",
  destroyed: "destroyed",
};

/** What has become of an attempt, in a few words. */
export function standingText({ standing, isSameAsLive }: ListedAttempt): string {
  return `${words[standing]}${isSameAsLive ? ", the same as the live one" : ""}`;
}

const noteWords = {
  repaired: "drift repaired",
  leftover: "not cleaned up",
  restored: "database restored",
  destroyed: "destroyed",
  frozen: "frozen",
  unfrozen: "unfrozen",
  condemned: "condemned by a watch",
  measured: "load-tested",
} as const;

/** Commits are shown by their first twelve characters. */
export function shortRelease(release: string): string {
  return release.replace(/^([0-9a-f]{12})[0-9a-f]{28}/, "$1");
}

/** An attempt in three lines: what became of it, of what it was, how it ended. */
export function attemptLines(listed: ListedAttempt, colors: Colors): string {
  const { attempt, standing, seconds, blocker: reason, schema, subject, incident } = listed;
  const { number, at, release, by, ended, checks } = attempt;
  const time = seconds === undefined ? "" : `, ${duration(seconds)}`;
  const outcome =
    reason !== undefined && standing === "one-way"
      ? reason
      : (ended?.description ?? "it runs, or was ended from outside");
  return [
    `${colors.bold(`#${String(number)}`)} ${painted(listed, colors)}  ${shortRelease(release)}${returnText(attempt)}${behind("  ", subject)}`,
    `    ${toSeconds(at)}${time}, by ${by}${checks.length > 0 ? `; green: ${checks.join(", ")}` : ""}`,
    `    ${digestsText(attempt, schema)}`,
    `    ${outcome}${behind(": ", incident)}`,
    ...[attempt.withoutGitHub ?? []]
      .flat()
      .map((outage) => `    without GitHub ${toSeconds(outage.at)} by ${outage.by}: ${outage.reason}`),
    ...(attempt.notes ?? []).map(
      ({ at: noted, by: whom, event, description }) =>
        `    ${noteWords[event]} ${toSeconds(noted)} by ${whom}: ${description}`,
    ),
    "",
  ].join("\n");
}

const behind = (separator: string, text: string | undefined): string =>
  text === undefined ? "" : `${separator}${text}`;

/** A time without its fractions of a second. */
const toSeconds = (time: string): string => time.replace(/\.\d+Z$/, "Z");

function painted(listed: ListedAttempt, colors: Colors): string {
  const text = standingText(listed);
  if (listed.standing === "live") return colors.green(text);
  return listed.standing === "failed" ? colors.red(text) : text;
}

/** A rotation runs what was live right before it. */
function returnText({ number, returnsTo }: Attempt): string {
  if (returnsTo === undefined) return "";
  return `, ${returnsTo === number - 1 ? "keeps" : "returns to"} #${String(returnsTo)}`;
}

function digestsText({ composition, ended }: Attempt, schema: string | undefined): string {
  return [
    ...Object.entries(sourcesOf(composition)).map(([part, source]) => `${part} ${source.slice(0, 12)}`),
    ...(ended?.images ?? []).map(({ digest }) => `image ${digest.replace(/^(sha256:)?(.{12}).*/, "$2")}`),
    `schema ${schema === undefined ? "not known" : schema || "empty"}`,
  ].join(" · ");
}

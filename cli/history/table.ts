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
      standing:
        number === live?.number
          ? attempts[0]?.number === number
            ? "live"
            : "last good"
          : ended === undefined
            ? "running"
            : ended.result === "failure"
              ? "failed"
              : reason === undefined
                ? "returnable"
                : attempt.destroyedAt === undefined
                  ? "one-way"
                  : "destroyed",
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
  const { number, at, release, by, returnsTo, composition, ended, checks } = attempt;
  const paint =
    standing === "live" ? colors.green : standing === "failed" ? colors.red : (text: string) => text;
  // A rotation runs what was live right before it.
  const back =
    returnsTo === undefined
      ? ""
      : `, ${returnsTo === number - 1 ? "keeps" : "returns to"} #${String(returnsTo)}`;
  const time = seconds === undefined ? "" : `, ${duration(seconds)}`;
  const digests = [
    ...Object.entries(sourcesOf(composition)).map(([part, source]) => `${part} ${source.slice(0, 12)}`),
    ...(ended?.images ?? []).map(({ digest }) => `image ${digest.replace(/^(sha256:)?(.{12}).*/, "$2")}`),
    `schema ${schema === undefined ? "not known" : schema || "empty"}`,
  ].join(" · ");
  return [
    `${colors.bold(`#${String(number)}`)} ${paint(standingText(listed))}  ${shortRelease(release)}${back}${subject === undefined ? "" : `  ${subject}`}`,
    `    ${at.replace(/\.\d+Z$/, "Z")}${time}, by ${by}${checks.length > 0 ? `; green: ${checks.join(", ")}` : ""}`,
    `    ${digests}`,
    `    ${reason !== undefined && standing === "one-way" ? reason : (ended?.description ?? "it runs, or was ended from outside")}${incident === undefined ? "" : `: ${incident}`}`,
    ...(attempt.withoutGitHub
      ? [
          `    without GitHub ${attempt.withoutGitHub.at.replace(/\.\d+Z$/, "Z")} by ${attempt.withoutGitHub.by}: ${attempt.withoutGitHub.reason}`,
        ]
      : []),
    ...(attempt.notes ?? []).map(
      ({ at: noted, by: whom, event, description }) =>
        `    ${noteWords[event]} ${noted.replace(/\.\d+Z$/, "Z")} by ${whom}: ${description}`,
    ),
    "",
  ].join("\n");
}

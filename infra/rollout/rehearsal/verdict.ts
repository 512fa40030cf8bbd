import { byStrength } from "../../migration-lint/statement-lock.ts";
import type { RanMigration, TakenLock } from "./migrate-copy.ts";
import type { Trial } from "./try-release.ts";

/** How the release that is live does on the new schema. */
export type LiveTrial =
  | Trial
  | { readonly works: "unknown"; readonly reason: string }
  /** The application does not declare how a release runs on this machine. */
  | { readonly works: "untried" };

/** What a rehearsal found, before it is judged. */
export interface Found {
  readonly environment: string;
  /** Names of the migrations that ran. */
  readonly pending: readonly string[];
  /** Why the release before may not work on the new schema, as declared; empty where nothing is. */
  readonly oneWay: string;
  readonly migrations: readonly RanMigration[];
  /** Commit of the release that is live; empty where no record names it. */
  readonly liveCommit: string;
  readonly live: LiveTrial;
  readonly next: Trial;
  /** Whether the environment keeps data that must not be lost. */
  readonly keepsData: boolean;
}

export interface Verdict {
  /** Why the release may not go out, a line each; empty where it may. */
  readonly refusals: readonly string[];
  /** What a user should know although it may. */
  readonly warnings: readonly string[];
  /** What was found, in one line. */
  readonly proof: string;
}

/** Judges what a rehearsal found: whether the release may go out, and whether there is a rollback from it. */
export function verdictOn(found: Found): Verdict {
  const { pending, live, next, oneWay, keepsData } = found;
  const problem = oneWay === "" ? liveProblem(found) : undefined;
  const isRefused = problem !== undefined && (live.works === false || keepsData);
  return {
    refusals: [
      ...(next.works ? [] : [`this release does not work on its own schema: ${next.reason}`]),
      ...(isRefused ? [`${problem}. ${wayOut(pending)}`] : []),
    ],
    warnings: problem !== undefined && !isRefused ? [problem] : [],
    proof: [
      ran(found.migrations),
      worked(found),
      ...(oneWay === "" ? [] : [`declared one-way: ${oneWay}`]),
    ].join("; "),
  };
}

function liveProblem({ environment, liveCommit, live }: Found): string | undefined {
  if (live.works === true || live.works === "untried") return undefined;
  const release = `the ${liveName(liveCommit)}`;
  return live.works === "unknown"
    ? `whether ${release} of ${environment} works on the new schema is not known: ${live.reason}`
    : `${release} of ${environment} does not work on the new schema, so that this rollout could not be undone: ${live.reason}`;
}

function wayOut(pending: readonly string[]): string {
  const names = pending.map((name) => `${name}.sql`).join(" or ");
  return `Change it in two releases (docs/migrations.md), or declare it in the header of ${names}: -- one-way: WHY`;
}

function worked({ liveCommit, live, next }: Found): string {
  if (live.works === "untried")
    return "no release was tried on the new schema, since rollout.config.ts declares no rehearsal";
  const release = liveName(liveCommit);
  const own = next.works ? "this one works" : "this one fails";
  if (live.works === true)
    return next.works
      ? `${release} and this one both work on the new schema`
      : `${release} works on the new schema, ${own}`;
  if (live.works === false) return `${release} fails on the new schema, ${own}`;
  return `how the ${release} does on the new schema is not known, ${own}`;
}

function ran(migrations: readonly RanMigration[]): string {
  const milliseconds = migrations.reduce((sum, each) => sum + each.milliseconds, 0);
  const count = `${String(migrations.length)} ${migrations.length === 1 ? "migration" : "migrations"}`;
  const lock = strongest(migrations);
  const locks = lock
    ? `strongest lock ${lock.mode} on ${lock.relation} for ${timeText(lock.milliseconds)}`
    : "no lock on what was there";
  const rewritten = migrations.flatMap((each) => each.rewritten);
  return [
    `${count} in ${timeText(milliseconds)}`,
    locks,
    ...(rewritten.length === 0 ? [] : [`rewritten: ${rewritten.join(", ")}`]),
  ].join(", ");
}

function strongest(migrations: readonly RanMigration[]): TakenLock | undefined {
  return migrations
    .flatMap(({ locks }) => locks)
    .sort((one, other) => byStrength(one.mode, other.mode) || other.milliseconds - one.milliseconds)[0];
}

/** `12 ms`, `0.4 s`. */
export function timeText(milliseconds: number): string {
  return milliseconds < 100 ? `${String(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function liveName(commit: string): string {
  return commit === "" ? "live release" : `live release ${commit.slice(0, 12)}`;
}

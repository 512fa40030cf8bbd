import { stableJson } from "../../shared/digest.ts";
import type { Link } from "./chain.ts";
import type { Begun, Composition, Ended, Noted } from "./entry.ts";

/** One attempt, as the record has it. */
export interface Attempt extends Omit<Begun, "schema" | "kind" | "attempt" | "previous" | "names"> {
  readonly number: number;
  /** How it ended; absent while it runs, and of one that was killed until the next begins. */
  readonly ended?: Pick<
    Ended,
    | "at"
    | "result"
    | "description"
    | "images"
    | "webDeployment"
    | "webFiles"
    | "webUrl"
    | "oneWay"
    | "migrated"
  >;
  /** What happened to it after it had ended, newest first. */
  readonly notes?: readonly Pick<Noted, "at" | "by" | "event" | "description" | "load">[];
  /** When the environment was destroyed that it was rolled out to. */
  readonly destroyedAt?: string;
}

/** The attempts that a chain has, newest first. What is no entry is passed over: to find it is for `verify`. */
export function attemptsIn(chain: readonly Link[]): readonly Attempt[] {
  const ends = new Map<number, Ended>();
  const notes = new Map<number, Noted[]>();
  const found: Attempt[] = [];
  let destroyedAt: string | undefined;
  for (const { entry } of chain) {
    if (entry?.kind === "noted") notes.set(entry.attempt, [...(notes.get(entry.attempt) ?? []), entry]);
    if (entry?.kind === "noted" && entry.event === "destroyed") destroyedAt = entry.at;
    if (entry?.kind === "ended" && !ends.has(entry.attempt)) ends.set(entry.attempt, entry);
    if (entry?.kind === "begun")
      found.push(attemptOf(entry, ends.get(entry.attempt), notes.get(entry.attempt), destroyedAt));
  }
  return found;
}

function attemptOf(
  entry: Begun,
  ended: Ended | undefined,
  noted: readonly Noted[] | undefined,
  destroyedAt: string | undefined,
): Attempt {
  const {
    schema: _schema,
    kind: _kind,
    attempt: number,
    previous: _previous,
    names: _names,
    ...begun
  } = entry;
  const notes = noted?.map(({ at, by, event, description, load }) => ({
    ...{ at, by, event, description },
    ...(load ? { load } : {}),
  }));
  return {
    ...begun,
    number,
    ...(ended ? { ended } : {}),
    ...(notes ? { notes } : {}),
    ...(destroyedAt === undefined ? {} : { destroyedAt }),
  };
}

/** Whether it ended as a release that users had. */
export function isGood({ ended }: Attempt): boolean {
  return ended?.result === "success";
}

/** Whether a watch has condemned it: a rollback returns to it only where a user names it. */
export function isCondemned({ notes = [] }: Attempt): boolean {
  return notes.some(({ event }) => event === "condemned");
}

/**
 * What users have, once no rollout is under way or has failed since: the newest good release; none where the environment was
 * destroyed since.
 */
export function liveOf(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.find((each) => isGood(each) && each.destroyedAt === undefined);
}

/**
 * The live release, where a rollback has put it in the place of a newer good one. A rollback to what was live before a failure
 * moved away from nothing, and a rotation keeps the release that it finds.
 */
export function rolledBackTo(attempts: readonly Attempt[]): Attempt | undefined {
  let live = liveOf(attempts);
  while (live?.returnsTo !== undefined) {
    const { number, returnsTo, composition } = live;
    const before = liveOf(attempts.filter((each) => each.number < number));
    if (!before || (before.number !== returnsTo && !sameRelease(before.composition, composition)))
      return live;
    live = before;
  }
  return undefined;
}

/**
 * Name of the newest migration that the database had after an attempt; empty where it had none. A rollback runs none and keeps
 * those that are there, as does a rollout that failed before its migrations. `undefined` where it is not known.
 *
 * @param attempts newest first.
 */
export function schemaAfter(attempts: readonly Attempt[], wanted: Attempt): string | undefined {
  const isStart = ({ number, destroyedAt, notes }: Attempt): boolean =>
    destroyedAt !== wanted.destroyedAt ||
    (number < wanted.number && notes?.some(({ event }) => event === "restored") === true);
  const until = attempts.filter(({ number }) => number <= wanted.number);
  const start = until.findIndex(isStart);
  const since = until
    .slice(0, start === -1 ? undefined : start)
    .filter(({ returnsTo }) => returnsTo === undefined);
  // An older commit that was rolled out in the place of a later one takes nothing out of the database.
  const longest = (of: readonly Attempt[]): readonly string[] =>
    of
      .map(({ composition }) => composition.migrations.names)
      .reduce((most, names) => (names.length > most.length ? names : most), []);
  const known = longest(since.filter((each) => isGood(each) || each.ended?.migrated === true));
  const most = longest(since.filter(({ ended }) => ended?.migrated !== false));
  return most.length > known.length ? undefined : (known.at(-1) ?? "");
}

/** Whether two releases are the same for users, whatever they are called. */
export function sameRelease(one: Composition, other: Composition): boolean {
  // Of the migrations the newest set counts, and that one stays.
  const contentOf = ({ web, workers, variables }: Composition): string =>
    stableJson([
      web.source,
      Object.entries(workers).map(([name, { source, recipe = "", config }]) => [
        name,
        source,
        recipe,
        config,
      ]),
      variables,
    ]);
  return contentOf(one) === contentOf(other);
}

/** Why the release of an attempt cannot be returned to; undefined when it can. */
export function blocker(attempts: readonly Attempt[], wanted: Attempt): string | undefined {
  if (!wanted.ended) return "it has not ended";
  if (wanted.ended.result !== "success") return "it failed";
  if (wanted.destroyedAt !== undefined)
    return `the environment was destroyed since (${wanted.destroyedAt.replace(/\.\d+Z$/, "Z")}), and a rollback makes no schema`;
  const barrier = attempts.find(
    ({ number, ended, composition, returnsTo }) =>
      number > wanted.number &&
      returnsTo === undefined &&
      ended?.oneWay !== undefined &&
      composition.migrations.names.some((name) => !wanted.composition.migrations.names.includes(name)),
  );
  return barrier && `#${String(barrier.number)} was one-way: ${barrier.ended?.oneWay ?? ""}`;
}

/**
 * The last good release: the newest one other than what is live that can be returned to. After a rollout that failed,
 * or was killed, something of that one is live, and the last good release is the one before it.
 */
export function lastGood(attempts: readonly Attempt[]): Attempt | undefined {
  const good = liveOf(attempts);
  if (!good) return undefined;
  const isWhole = attempts[0]?.number === good.number;
  return attempts.find(
    (each) =>
      each.number <= good.number &&
      blocker(attempts, each) === undefined &&
      !isCondemned(each) &&
      (!isWhole || !sameRelease(each.composition, good.composition)),
  );
}

/**
 * The good attempt that a user names: by its number, by seven or more characters of its commit, or by its complete name.
 * Of several with one commit it is the newest good one.
 */
export function namedAttempt(attempts: readonly Attempt[], name: string): Attempt | undefined {
  const number = /^#?(\d{1,6})$/.exec(name)?.[1];
  if (number !== undefined) return attempts.find((each) => each.number === Number(number));
  if (name.length < 7) return undefined;
  const same = attempts.filter(({ release }) => release === name);
  const found = same.length > 0 ? same : attempts.filter(({ commit }) => commit.startsWith(name));
  return found.find(isGood) ?? found[0];
}

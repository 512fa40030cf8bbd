import { stableJson } from "../../shared/digest.ts";
import type { Link } from "./chain.ts";
import type { Begun, Composition, Ended } from "./entry.ts";

/** One attempt, as the record tells it. */
export interface Attempt extends Omit<Begun, "schema" | "kind" | "attempt" | "previous" | "names"> {
  readonly number: number;
  /** How it ended; absent while it runs, and of one that was killed until the next begins. */
  readonly ended?: Pick<
    Ended,
    "at" | "result" | "description" | "imageDigest" | "webDeployment" | "webUrl" | "oneWay"
  >;
}

/** The attempts that a chain tells of, newest first. What is no entry is passed over: to find it is for `verify`. */
export function attemptsIn(chain: readonly Link[]): readonly Attempt[] {
  const ends = new Map<number, Ended>();
  const found: Attempt[] = [];
  for (const { entry } of chain) {
    if (entry?.kind === "ended" && !ends.has(entry.attempt)) ends.set(entry.attempt, entry);
    if (entry?.kind !== "begun") continue;
    const {
      schema: _schema,
      kind: _kind,
      attempt: number,
      previous: _previous,
      names: _names,
      ...begun
    } = entry;
    const ended = ends.get(number);
    found.push({ ...begun, number, ...(ended ? { ended } : {}) });
  }
  return found;
}

/** Whether it ended as a release that users had. */
export function isGood({ ended }: Attempt): boolean {
  return ended?.result === "success";
}

/** What users have, once no rollout is under way or has failed since: the newest good release. */
export function liveOf(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.find(isGood);
}

/** Whether two releases are the same for users, whatever they are called. */
export function sameRelease(one: Composition, other: Composition): boolean {
  // Of the migrations the newest set counts, and that one stays.
  const told = ({ web, worker, regenerator, variables }: Composition): string =>
    stableJson([
      web.source,
      ...[worker, regenerator].flatMap(({ source, recipe = "", config }) => [source, recipe, config]),
      variables,
    ]);
  return told(one) === told(other);
}

/** Why the release of an attempt cannot be returned to; undefined when it can. */
export function hindrance(attempts: readonly Attempt[], wanted: Attempt): string | undefined {
  if (!wanted.ended) return "it has not ended";
  if (wanted.ended.result !== "success") return "it failed";
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
      hindrance(attempts, each) === undefined &&
      (!isWhole || !sameRelease(each.composition, good.composition)),
  );
}

/**
 * The good attempt that a user names: by its number, by seven or more characters of its commit, or by its whole name.
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

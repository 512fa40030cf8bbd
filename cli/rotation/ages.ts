import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { isGood, liveOf } from "@rollout/infra/rollout/records/attempts";

/** How old a secret is that the stack makes, by the record. */
export interface SecretAge {
  /** The version that runs; absent where no rollout on record names one. */
  readonly version?: string;
  /** RFC 3339: when the first rollout with this version had succeeded. */
  readonly since?: string;
  /** Whether it may be older: the rollouts before are of a version of this program that noted none. */
  readonly isAtLeast: boolean;
}

/** @param attempts newest first. */
export function ageOf(name: string, attempts: readonly Attempt[]): SecretAge {
  const live = liveOf(attempts);
  const version = live?.secretVersions?.[name];
  if (!live || version === undefined) return { isAtLeast: true };
  const good = attempts.filter((each) => isGood(each) && each.destroyedAt === undefined);
  const other = good.findIndex((each) => each.secretVersions?.[name] !== version);
  const first = (other === -1 ? good : good.slice(0, other)).at(-1) ?? live;
  const isAtLeast = other !== -1 && good[other]?.secretVersions?.[name] === undefined;
  return { version, isAtLeast, ...(first.ended ? { since: first.ended.at } : {}) };
}

/**
 * Whether the version that the stack file counts is not the one that runs: a rotation to it was interrupted, or failed, and the
 * next one finishes it instead of counting again.
 */
export function isUnfinished(name: string, attempts: readonly Attempt[], counted: string): boolean {
  const { version } = ageOf(name, attempts);
  return version !== undefined && Number(counted) > Number(version);
}

/** Days since a time, in words. */
export function ageText(since: string, now: Date, isAtLeast = false): string {
  const days = Math.floor((now.getTime() - Date.parse(since)) / 86_400_000);
  return `${isAtLeast ? "at least " : ""}${days === 1 ? "1 day" : `${String(days)} days`}`;
}

import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { namedAttempt } from "@rollout/infra/rollout/records/attempts";
import type { LoadResult } from "@rollout/infra/rollout/records/load-result";
import { UsageError } from "../usage-error.ts";

/** What a release is compared with. */
export interface Baseline {
  readonly attempt: Attempt;
  readonly load: LoadResult;
  /** When and by whom it was measured. */
  readonly at: string;
  readonly by: string;
}

/** The newest measurement of a release by a load. */
export function measuredOf(attempt: Attempt, digest: string): Baseline | undefined {
  for (const { event, load, at, by } of attempt.notes ?? [])
    if (event === "measured" && load?.digest === digest) return { attempt, load, at, by };
  return undefined;
}

/** The newest one of a rollout before the live one. */
export function newestBaseline(
  attempts: readonly Attempt[],
  live: Attempt,
  digest: string,
): Baseline | undefined {
  for (const attempt of attempts.filter(({ number }) => number < live.number)) {
    const found = measuredOf(attempt, digest);
    if (found) return found;
  }
  return undefined;
}

/**
 * The measurement of a named release.
 *
 * @throws UsageError where there is no such release, or it was not measured by this load, with those that were.
 */
export function namedBaseline(
  attempts: readonly Attempt[],
  name: string,
  digest: string,
  stack: string,
): Baseline {
  const attempt = namedAttempt(attempts, name);
  const found = attempt && measuredOf(attempt, digest);
  if (found) return found;
  const measured = attempts
    .filter((each) => measuredOf(each, digest))
    .map(({ number }) => `#${String(number)}`);
  const others =
    measured.length > 0
      ? `Releases that were: ${measured.join(", ")}`
      : `None was yet. Measure what is live, and compare the next release with it: bin/rollout load --stack ${stack}`;
  throw new UsageError(
    attempt
      ? `Release #${String(attempt.number)} was not measured by this profile as it is now. ${others}`
      : `There is no release ${name} on record. ${others}`,
  );
}

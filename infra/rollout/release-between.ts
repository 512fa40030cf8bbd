import type { Finding } from "../migration-lint/finding.ts";
import type { Attempt } from "./records/attempts.ts";
import { isGood } from "./records/attempts.ts";

/**
 * Which release to roll out first, for a migration that must not run in one release with another: the newest one of the record
 * that has the other and not this one; undefined where there is none.
 *
 * @param attempts Of the environment on which releases prove themselves, newest first.
 */
export function releaseBetween(
  { migration, apartFrom }: Pick<Finding, "migration" | "apartFrom">,
  attempts: readonly Attempt[],
): string | undefined {
  if (!apartFrom) return undefined;
  const between = attempts.filter(isGood).find(({ composition: { migrations } }) => {
    return migrations.names.includes(apartFrom.migration) && !migrations.names.includes(migration);
  });
  return between
    ? `Release #${String(between.number)} of ${between.environment} is one: git checkout ${between.commit}, and roll it out first`
    : undefined;
}

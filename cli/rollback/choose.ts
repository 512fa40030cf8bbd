import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { blocker, isCondemned, lastGood, liveOf, sameRelease } from "@rollout/infra/rollout/records/attempts";
import { chooseRelease } from "../../stacks/release/earlier-release.ts";
import { kindOf } from "../../stacks/environments.ts";
import { nearest } from "../../stacks/wording.ts";
import { partNamed, partsOf } from "../../stacks/release/parts.ts";
import type { Recorded } from "../history/recorded.ts";
import { UsageError } from "../usage-error.ts";

export interface Choice {
  readonly stack: string;
  /** Number or commit; the last good release where absent. */
  readonly to: string | undefined;
  /** The part that is rolled back; all where absent. */
  readonly only: string | undefined;
}

/** What is rolled back to, or why there is nothing to do. */
export type Chosen = { readonly to: Attempt } | { readonly nothing: string };

/** @throws UsageError when there is no such release, or it cannot be returned to. */
export function chooseRollback(
  { attempts, settings, place }: Pick<Recorded, "attempts" | "settings" | "place">,
  { stack, to, only }: Choice,
): Chosen {
  requirePart(only, settings);
  const last = lastGood(attempts);
  const name = to ?? (last && String(last.number));
  if (name === undefined) throw new UsageError(noLastGood(attempts, place.environment, stack));
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind) throw new UsageError(`There is no stack ${stack}`);
  const { returnsTo, composition } = chosen(() =>
    chooseRelease(name, { stack, kind, settings: { ...settings, only } }, attempts),
  );
  const found = attempts.find(({ number }) => number === returnsTo);
  if (!found) throw new UsageError(`${place.environment} has no release ${name} on record`);
  const live = liveOf(attempts);
  if (only !== undefined && live && live === attempts[0] && sameRelease(live.composition, composition))
    return {
      nothing:
        `${only} of #${String(returnsTo)} is what is live on ${place.environment} (#${String(live.number)}): there is nothing to roll back. ` +
        `What differs between two releases: bin/rollout history ${String(returnsTo)}..${String(live.number)} --stack ${stack}`,
    };
  return { to: found };
}

function chosen<T>(choose: () => T): T {
  try {
    return choose();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function requirePart(only: string | undefined, settings: Recorded["settings"]): void {
  if (only === undefined || partNamed(only, settings)) return;
  const parts = partsOf(settings);
  const meant = nearest(only, parts);
  throw new UsageError(
    `bin/rollout rollback: --only is ${only}; expected one of ${parts.join(", ")}.${meant ? ` Did you mean: --only ${meant}` : ""}`,
  );
}

/** Why there is nothing to roll back to, release by release. */
function noLastGood(attempts: readonly Attempt[], environment: string, stack: string): string {
  const live = liveOf(attempts);
  const others = attempts.filter((each) => each !== live);
  const reasons = others.map((each) => {
    const reason = blocker(attempts, each);
    const otherwise = isCondemned(each)
      ? `a watch has condemned it; --to ${String(each.number)} returns to it anyway`
      : `the same as the live release, #${String(live?.number)}`;
    return `  #${String(each.number)}: ${reason ?? otherwise}`;
  });
  return [
    `${environment} has no good release ${live ? "other than the live one" : "to return to"}${reasons.length > 0 ? ":" : "."}`,
    ...reasons.slice(0, 10),
    ...(reasons.length > 10 ? [`  and ${String(reasons.length - 10)} earlier ones`] : []),
    live
      ? `Go forward: bin/rollout up --stack ${stack}. All releases: bin/rollout history --stack ${stack}`
      : `Nothing is live there. Roll out: bin/rollout up --stack ${stack}`,
  ].join("\n");
}

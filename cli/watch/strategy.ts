import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import type { Finding, Kind } from "./verdict.ts";

export type StrategyName = "immediate" | "fast" | "gradual";

/** How a condemned release is rolled back. */
export interface Strategy {
  readonly name: StrategyName;
  /** Whether nothing new may be rolled out until a user lifts the freeze. */
  readonly freezes: boolean;
  /** Within which it is to be done, or, of an immediate one, to begin; in seconds. */
  readonly limitSeconds: number;
}

const strategies: Readonly<Record<StrategyName, Strategy>> = {
  immediate: { name: "immediate", freezes: true, limitSeconds: 30 },
  fast: { name: "fast", freezes: false, limitSeconds: 120 },
  gradual: { name: "gradual", freezes: false, limitSeconds: 600 },
};

/** What each kind of finding calls for; of several kinds the first here. */
const calledFor: readonly (readonly [Kind, StrategyName])[] = [
  ["health", "immediate"],
  ["security", "immediate"],
  ["performance", "fast"],
  ["business", "gradual"],
];

/** Undefined where nothing was found. */
export function strategyFor(kinds: readonly Kind[]): Strategy | undefined {
  const found = calledFor.find(([kind]) => kinds.includes(kind));
  return found && strategies[found[1]];
}

/** A rollback as it is to be run. */
export interface Plan extends Strategy {
  /** The part that alone is rolled back; all where absent. */
  readonly only?: string;
}

/**
 * What is to be rolled back for these findings: everything, but for requests of one part alone that the release before has other
 * sources of.
 */
export function planFor(
  findings: readonly Pick<Finding, "kind" | "part">[],
  live: Pick<Attempt, "composition">,
  previous: Pick<Attempt, "composition"> | undefined,
): Plan | undefined {
  const strategy = strategyFor(findings.map(({ kind }) => kind));
  if (strategy?.name !== "fast" || !previous) return strategy;
  const [part, ...others] = new Set(
    findings.filter(({ kind }) => kind === "performance").map((finding) => finding.part),
  );
  if (part === undefined || others.length > 0) return strategy;
  const [now, before] = [sourcesOf(live.composition), sourcesOf(previous.composition)];
  return now[part] === before[part] ? strategy : { ...strategy, only: part };
}

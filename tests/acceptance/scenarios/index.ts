import type { Scenario } from "../stage.ts";
import type { World } from "../world.ts";
import { failureScenarios } from "./failures.ts";
import { operationScenarios } from "./operations.ts";
import { restoreScenario, rollbackScenarios } from "./rollbacks.ts";
import { rolloutScenarios } from "./rollouts.ts";

/** Every promise, in the order in which one environment goes through them. */
export function allScenarios(world: World): readonly Scenario[] {
  const [normal, ...otherRollouts] = rolloutScenarios(world);
  return [
    ...(normal ? [normal] : []),
    ...rollbackScenarios(world),
    ...otherRollouts,
    ...failureScenarios(world),
    ...operationScenarios(world),
    restoreScenario(world),
  ];
}

/** Of two environments at the same time the second one has these, which take about as long as all others. */
const ofSecond: readonly string[] = [
  "killed-and-resumed",
  "failed-health-check",
  "failed-migration",
  "failed-smoke-test",
  "rotate-secrets",
  "watch-and-alert",
];

/** The names of what is tried in each of one or two environments, in their order; none without any. */
export function sharedOut(names: readonly string[], environments: number): readonly (readonly string[])[] {
  if (environments < 2) return [names];
  const shares = [false, true].map((isSecond) =>
    names.filter((name) => ofSecond.includes(name) === isSecond),
  );
  return shares.filter((share) => share.length > 0);
}

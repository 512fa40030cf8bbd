import type { Scenario } from "../stage.ts";
import type { World } from "../world.ts";
import { failureScenarios } from "./failures.ts";
import { operationScenarios } from "./operations.ts";
import { restoreScenario, rollbackScenarios } from "./rollbacks.ts";
import { rolloutScenarios } from "./rollouts.ts";

/** Every promise, in the order in which one environment goes through them. */
export function allScenarios(world: World): readonly Scenario[] {
  return [
    ...rolloutScenarios(world),
    ...failureScenarios(world),
    ...rollbackScenarios(world),
    ...operationScenarios(world),
    restoreScenario(world),
  ];
}

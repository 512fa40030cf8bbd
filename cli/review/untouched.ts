import { nameOf } from "../engine/preview-report.ts";
import type { Cloud } from "./kinds/kind.ts";
import { clouds } from "./kinds/kind.ts";
import { kindOf, subjectOf } from "./kinds.ts";
import type { Plan } from "./plan.ts";

/** Something of the stack that a rollout leaves alone. */
export interface Untouched {
  readonly cloud: Cloud;
  readonly what: string;
  readonly named: string | undefined;
}

/** What the stack has in the clouds and no step is planned for, in the order of the clouds. */
export function untouchedBy({ state, steps }: Pick<Plan, "state" | "steps">): readonly Untouched[] {
  const touched = new Set(steps.map(({ urn }) => urn));
  const kept = state.filter(
    ({ urn, type, custom }) => custom === true && !type.startsWith("pulumi:") && !touched.has(urn),
  );
  const all = kept.map(({ urn, type, inputs }) => ({
    cloud: kindOf(type).cloud,
    ...subjectOf(type, nameOf(urn), inputs ?? {}),
  }));
  // Steps of the rollout are nothing that stays somewhere.
  return clouds
    .filter((cloud) => cloud !== "Rollout steps")
    .flatMap((cloud) => all.filter((each) => each.cloud === cloud));
}

import { defineResource } from "../dynamic/resource.ts";
import type { RulesetInputs } from "./ruleset-content.ts";
import type { SecretInputs } from "./providers/secret.ts";

/** A secret of workflows. Another name or place replaces it. */
export const Secret = defineResource<SecretInputs>("github/secret", {
  outputs: ["updatedAt"],
  secretOutputs: ["value"],
});
export type Secret = InstanceType<typeof Secret>;

/** The rules of a branch. */
export const Ruleset = defineResource<RulesetInputs>("github/ruleset", { outputs: ["rulesetId"] });
export type Ruleset = InstanceType<typeof Ruleset>;

import type * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import { ModuleResource } from "../dynamic/resource.ts";
import type { RulesetInputs } from "./ruleset-content.ts";
import type { SecretInputs } from "./providers/secret.ts";

/** A secret of workflows. Another name or place replaces it. */
export class Secret extends ModuleResource {
  constructor(name: string, args: Args<SecretInputs>, opts?: pulumi.CustomResourceOptions) {
    super({ path: "github/secret", outputs: ["updatedAt"], secretOutputs: ["value"] }, name, args, opts);
  }
}

/** The rules of a branch. */
export class Ruleset extends ModuleResource {
  constructor(name: string, args: Args<RulesetInputs>, opts?: pulumi.CustomResourceOptions) {
    super({ path: "github/ruleset", outputs: ["rulesetId"] }, name, args, opts);
  }
}

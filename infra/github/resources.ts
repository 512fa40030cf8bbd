import * as pulumi from "@pulumi/pulumi";
import { defineResource } from "../dynamic/resource.ts";
import type { Repository } from "./client.ts";
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

export interface RepositorySecretsArgs extends Repository {
  /** Each secret by its name, for the workflows of the repository. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Secrets that every workflow of the repository reads, whatever environment it is for. */
export class RepositorySecrets extends pulumi.ComponentResource {
  constructor(name: string, args: RepositorySecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:github:RepositorySecrets", name, {}, opts);
    const { owner, repository } = args;
    for (const [secretName, value] of Object.entries(args.secrets))
      new Secret(`${name}-${secretName}`, { owner, repository, name: secretName, value }, { parent: this });
    this.registerOutputs({});
  }
}

import * as pulumi from "@pulumi/pulumi";
import type { Repository } from "./client.ts";
import { Secret } from "./resources.ts";

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

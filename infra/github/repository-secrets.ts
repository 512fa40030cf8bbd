import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { Repository } from "./client.ts";

export interface RepositorySecretsArgs extends Repository {
  /** Each secret by its name, for the workflows of the repository. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Secrets that the repository's workflows read. */
export class RepositorySecrets extends pulumi.ComponentResource {
  constructor(name: string, args: RepositorySecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("atlaris:github:RepositorySecrets", name, {}, opts);
    const provider = new github.Provider(
      `${name}-provider`,
      { owner: args.owner },
      { parent: this, transformations: [withoutToken] },
    );
    for (const [secretName, value] of Object.entries(args.secrets))
      new github.ActionsSecret(
        `${name}-${secretName}`,
        { repository: args.repository, secretName, value },
        { parent: this, provider },
      );
    this.registerOutputs({});
  }
}

/**
 * The SDK copies GITHUB_TOKEN from the environment into the provider's inputs, in plain text. The plugin reads the
 * variable by itself, so nothing is lost when it is taken out, and a workflow's short-lived token is no change.
 */
function withoutToken({
  props,
  opts,
}: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  const { token: _token, ...kept } = props as Record<string, unknown>;
  return { props: kept, opts };
}

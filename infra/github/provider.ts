import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";

/** The GitHub provider for one owner's repositories. Its token stays in the environment. */
export function githubProvider(name: string, owner: string): github.Provider {
  return new github.Provider(name, { owner }, { transformations: [withoutToken] });
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

import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";

/** The GitHub provider for one owner's repositories. Token and address stay in the environment. */
export function githubProvider(name: string, owner: string): github.Provider {
  return new github.Provider(name, { owner }, { transformations: [withoutEnvironment] });
}

/**
 * The SDK copies GITHUB_TOKEN and GITHUB_BASE_URL from the environment into the provider's inputs, the token in plain text. The
 * plugin reads both variables itself, so nothing is lost when they are taken out, and neither a workflow's short-lived token
 * nor the address of a proxy is a change, or what a destroy would use later.
 */
function withoutEnvironment({
  props,
  opts,
}: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  const { token: _token, baseUrl: _baseUrl, ...kept } = props as Record<string, unknown>;
  return { props: kept, opts };
}

import * as pulumi from "@pulumi/pulumi";

/** What users notice when it goes. A rollout changes them and never takes one away. */
const kept: readonly string[] = [
  "pulumi-nodejs:dynamic/fly:App",
  "pulumi-nodejs:dynamic/fly:AppSecrets",
  "pulumi-nodejs:dynamic/fly:Deployment",
  "pulumi-nodejs:dynamic/vercel:Live",
  "pulumi-nodejs:dynamic/github:Secret",
  "github:index/repositoryEnvironment:RepositoryEnvironment",
];

/**
 * Makes the engine refuse to delete what users notice, from every resource that is declared from now on. A destroy goes
 * through all that is not protected before it reports that something is, so protecting the database alone would leave
 * it without workers and without an address.
 */
export function protectFromDestroy(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    kept.includes(type) ? { props, opts: pulumi.mergeOptions(opts, { protect: true }) } : undefined,
  );
}

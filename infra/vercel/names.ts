/** What the project's settings show next to the secret that passes the protection of an environment. */
export function bypassNote(environment: string): string {
  return `smoke test, ${environment}`;
}

/** Names of our fields in a deployment's metadata. */
export const deploymentMeta = {
  source: "rolloutSource",
  variables: "rolloutVariables",
  environment: "rolloutEnvironment",
  region: "rolloutRegion",
} as const;

/** How every project behaves: Vercel never deploys a push, and never moves a domain automatically. */
export const projectBehaviour = {
  nodeVersion: "22.x",
  autoAssignCustomDomains: false,
  gitDeployments: false,
} as const;

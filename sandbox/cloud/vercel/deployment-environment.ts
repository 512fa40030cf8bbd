import { defaultRegion, type FunctionConfig } from "./build-output.ts";
import type { Deployment, Project, Target, Variable, VercelState } from "./state.ts";
import { deploymentUrl } from "./cloud.ts";

/**
 * The variables that a deployment of `target` takes with it. One for its git branch wins over one for all
 * branches, as the vendor has it. The bypass secret that is marked as such is among them.
 */
export function freezeEnvironment(
  state: VercelState,
  project: Project,
  target: Target,
  gitBranch: string | undefined,
): Record<string, string> {
  const frozen: Record<string, string> = {};
  const applies = (variable: Variable): boolean =>
    variable.projectId === project.id &&
    variable.type !== "system" &&
    variable.target.includes(target) &&
    (variable.gitBranch === null || variable.gitBranch === gitBranch);
  const inOrder = Object.values(state.variables)
    .filter(applies)
    .sort((a, b) => Number(a.gitBranch !== null) - Number(b.gitBranch !== null));
  for (const variable of inOrder) frozen[variable.key] = variable.value;
  const bypass = Object.entries(project.protectionBypass).find(([, secret]) => secret.isEnvVar);
  if (bypass) frozen["VERCEL_AUTOMATION_BYPASS_SECRET"] = bypass[0];
  return frozen;
}

/** The complete environment of a function: what was frozen in, and the vendor's own variables over it. */
export function functionEnvironment(
  deployment: Deployment,
  { environment: ofFunction, regions: [region = defaultRegion] = [] }: FunctionConfig,
): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    NODE_ENV: "production",
    TZ: "UTC",
    ...ofFunction,
    ...deployment.environment,
    VERCEL: "1",
    VERCEL_ENV: deployment.target ?? "preview",
    VERCEL_TARGET_ENV: deployment.target ?? "preview",
    VERCEL_URL: deploymentUrl(deployment),
    VERCEL_DEPLOYMENT_ID: deployment.id,
    VERCEL_PROJECT_ID: deployment.projectId,
    VERCEL_REGION: region,
  };
}

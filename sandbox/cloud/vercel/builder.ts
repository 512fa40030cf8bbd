import { assembleOutput } from "./assemble-output.ts";
import { BuildOutputError, defaultRegion } from "./build-output.ts";
import type { VercelCloud } from "./cloud.ts";
import { FunctionStartError } from "./function-process.ts";
import { assignProductionAliases } from "./live.ts";
import type { Deployment } from "./state.ts";

/**
 * Takes a deployment from QUEUED by BUILDING to READY or ERROR. A build that a kill cut short is done again from
 * its beginning. Never rejects.
 */
export async function buildDeployment(cloud: VercelCloud, deployment: Deployment): Promise<void> {
  const { store, runtime, context } = cloud;
  try {
    if (isEnded(deployment)) return;
    deployment.readyState = "BUILDING";
    deployment.buildingAt = Date.now();
    await store.commit();
    await assembleOutput(cloud, deployment);
    const { output } = await runtime.load(deployment);
    const regions = [...output.functions.values()].flatMap((each) => each.regions ?? [defaultRegion]);
    deployment.regions = [...new Set(regions)];
    await runtime.wake(deployment);
    if (isEnded(deployment)) return;
    const project = store.state.projects[deployment.projectId];
    deployment.readyState = "READY";
    deployment.ready = Date.now();
    // Written down with the state, so that a kill between the two leaves none ready and not assigned.
    deployment.isToBeAssigned =
      deployment.target === "production" &&
      project?.autoAssignCustomDomains === true &&
      !project.isRolledBack;
    await store.commit();
    await finishAssignment(cloud, deployment);
  } catch (error) {
    const isFaultOfBuild = error instanceof BuildOutputError || error instanceof FunctionStartError;
    context.log(`${deployment.id} failed: ${(error as Error).message}`);
    if (isEnded(deployment)) return;
    deployment.readyState = "ERROR";
    deployment.errorCode = isFaultOfBuild ? "BUILD_FAILED" : "INTERNAL_ERROR";
    deployment.errorMessage = (error as Error).message;
    await store.commit().catch(() => undefined);
  }
}

/** Gives the production aliases to a deployment that takes them automatically; nothing where that is done. */
export async function finishAssignment(cloud: VercelCloud, deployment: Deployment): Promise<void> {
  const project = cloud.store.state.projects[deployment.projectId];
  if (!deployment.isToBeAssigned || !project) return;
  await assignProductionAliases(cloud, project, deployment);
  deployment.isToBeAssigned = false;
  await cloud.store.commit();
}

/** Canceled, deleted or done since. */
function isEnded(deployment: Deployment): boolean {
  return deployment.readyState !== "QUEUED" && deployment.readyState !== "BUILDING";
}

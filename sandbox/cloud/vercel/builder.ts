import { constants } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BuildOutputError, defaultRegion } from "./build-output.ts";
import type { VercelCloud } from "./cloud.ts";
import { FunctionStartError } from "./function-process.ts";
import { assignProductionAliases } from "./live.ts";
import type { Deployment } from "./state.ts";

/** Where a prebuilt output lies among the uploaded files. */
export const outputPrefix = ".vercel/output/";

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
    await assemble(cloud, deployment);
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

/** Gives the production aliases to a deployment that takes them by itself; nothing where that is done. */
export async function finishAssignment(cloud: VercelCloud, deployment: Deployment): Promise<void> {
  const project = cloud.store.state.projects[deployment.projectId];
  if (!deployment.isToBeAssigned || !project) return;
  await assignProductionAliases(cloud, project, deployment);
  deployment.isToBeAssigned = false;
  await cloud.store.commit();
}

/** Canceled, deleted or done meanwhile. */
function isEnded(deployment: Deployment): boolean {
  return deployment.readyState !== "QUEUED" && deployment.readyState !== "BUILDING";
}

/** Copies the output out of the uploads into a folder of the deployment's own. */
async function assemble({ files, runtime }: VercelCloud, deployment: Deployment): Promise<void> {
  const folder = runtime.outputFolder(deployment);
  const draft = `${folder}.next`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const output = deployment.files.filter((file) => file.path.startsWith(outputPrefix));
  if (output.length === 0)
    throw new BuildOutputError(
      "nothing under .vercel/output was uploaded, and the sandbox builds no sources: deploy a prebuilt output",
    );
  for (const file of output) {
    const to = join(draft, file.path.slice(outputPrefix.length));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(files.path(file.sha), to, constants.COPYFILE_FICLONE);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

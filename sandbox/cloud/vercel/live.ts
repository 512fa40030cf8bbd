import { listenFor } from "./addresses.ts";
import type { VercelCloud } from "./cloud.ts";
import { findAlias } from "./cloud.ts";
import { VercelError, badRequest } from "./errors.ts";
import { newAliasId } from "./ids.ts";
import type { Alias, AliasRequest, Deployment, Project } from "./state.ts";

/** An alias that names its loopback port itself. */
const loopback = /^127\.0\.0\.1:(\d{1,5})$/;
const hostname = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

export interface Assigned {
  readonly alias: Alias;
  /** The deployment that the alias pointed at before. */
  readonly oldDeploymentId: string | undefined;
}

/**
 * Points the alias at the deployment, in one step: a request that came before ends on the old deployment, one
 * that comes after goes to the new one, which runs already.
 */
export async function assignAlias(
  cloud: VercelCloud,
  deployment: Deployment,
  name: string,
): Promise<Assigned> {
  const { store, runtime, context } = cloud;
  if (deployment.readyState !== "READY")
    throw new VercelError(400, "deployment_not_ready", "The supplied deployment is not ready");
  await runtime.wake(deployment).catch((error: unknown) => {
    // The vendor would switch as well: its functions start with a request, and fail with it.
    context.log(`${deployment.id} does not start: ${(error as Error).message}`);
  });
  const alias = await cloud.aliasing.run(
    async () => findAlias(store.state, name) ?? (await createAlias(cloud, deployment, name)),
  );
  const oldDeploymentId = alias.deploymentId === deployment.id ? undefined : alias.deploymentId;
  alias.deploymentId = deployment.id;
  alias.projectId = deployment.projectId;
  alias.updatedAt = Date.now();
  if (deployment.target === "production") deployment.promotedAt ??= Date.now();
  await store.commit();
  return { alias, oldDeploymentId };
}

async function createAlias(cloud: VercelCloud, deployment: Deployment, name: string): Promise<Alias> {
  // 403 as in vercel/vercel, packages/cli/src/util/alias/create-alias.ts; the words of vercel/vercel#15678.
  if (cloud.behaviour.takenNames.includes(name))
    throw new VercelError(403, "alias_in_use", `The chosen alias "${name}" is already in use`);
  const own = loopback.exec(name)?.[1];
  if (own === undefined && !hostname.test(name))
    throw badRequest(`Invalid request: \`alias\` ${name} is neither a host name nor 127.0.0.1:PORT.`);
  const port = own === undefined ? await cloud.context.freePort() : Number(own);
  const now = Date.now();
  const alias: Alias = {
    uid: newAliasId(),
    alias: name,
    port,
    createdAt: now,
    updatedAt: now,
    projectId: deployment.projectId,
    deploymentId: deployment.id,
  };
  try {
    await listenFor(cloud, alias);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new VercelError(403, "alias_in_use", `The alias ${name} cannot be served: port ${port}: ${reason}`);
  }
  cloud.store.state.aliases[alias.uid] = alias;
  return alias;
}

/** The name that the vendor gives to a project's production. */
export const productionAlias = (project: Project): string => `${project.name}.vercel.app`;

/** Whether the name is a domain of the project itself, and no alias that was assigned manually. */
export const isOwnDomain = (project: Project, name: string): boolean =>
  name === productionAlias(project) || project.domains?.[name]?.verified === true;

/** All production aliases of the project: the vendor's own, its domains, and those that its production deployments have. */
export async function assignProductionAliases(
  cloud: VercelCloud,
  project: Project,
  deployment: Deployment,
): Promise<void> {
  const { store } = cloud;
  const names = Object.values(store.state.aliases)
    .filter((alias) => alias.projectId === project.id)
    .filter((alias) => store.state.deployments[alias.deploymentId]?.target === "production")
    .map((alias) => alias.alias);
  const domains = Object.keys(project.domains ?? {}).filter((name) => isOwnDomain(project, name));
  for (const name of new Set([productionAlias(project), ...domains, ...names]))
    await assignAlias(cloud, deployment, name);
  project.productionDeploymentId = deployment.id;
  deployment.promotedAt ??= Date.now();
  await store.commit();
}

/** Makes `deployment` the production, as a promote or a rollback asks for. */
export async function switchProduction(
  cloud: VercelCloud,
  project: Project,
  deployment: Deployment,
  type: AliasRequest["type"],
): Promise<void> {
  const requestedAt = Date.now();
  const fromDeploymentId = project.productionDeploymentId;
  const { promotion } = cloud.behaviour;
  const isDone = type === "rollback" || promotion === "succeeded";
  if (isDone) await assignProductionAliases(cloud, project, deployment);
  // From a rollback to the next promote, new production deployments wait instead of taking over.
  if (isDone) project.isRolledBack = type === "rollback";
  project.lastAliasRequest = {
    type,
    jobStatus: isDone ? "succeeded" : promotion,
    requestedAt,
    fromDeploymentId,
    toDeploymentId: deployment.id,
  };
  project.updatedAt = Date.now();
  await cloud.store.commit();
}

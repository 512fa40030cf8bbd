import type { VercelCloud } from "./cloud.ts";
import { aliasesOf } from "./cloud.ts";
import type { Alias, Deployment, Project } from "./state.ts";

/** Milliseconds that requests in flight have when an address ends. */
const closeLimit = 5_000;

export async function removeAlias({ store, listeners }: VercelCloud, alias: Alias): Promise<void> {
  Reflect.deleteProperty(store.state.aliases, alias.uid);
  await store.commit();
  await listeners.close(alias.port, closeLimit);
}

/** With its aliases, its address, its processes and its files. */
export async function removeDeployment(cloud: VercelCloud, deployment: Deployment): Promise<void> {
  const { store, listeners, runtime } = cloud;
  const aliases = aliasesOf(store.state, deployment);
  // A build under way sees that it is ended, and stops.
  if (deployment.readyState !== "READY") deployment.readyState = "CANCELED";
  Reflect.deleteProperty(store.state.deployments, deployment.id);
  for (const alias of aliases) Reflect.deleteProperty(store.state.aliases, alias.uid);
  const project = store.state.projects[deployment.projectId];
  if (project?.productionDeploymentId === deployment.id) project.productionDeploymentId = null;
  await store.commit();
  await Promise.all([deployment, ...aliases].map(({ port }) => listeners.close(port, closeLimit)));
  await runtime.forget(deployment);
}

/** With its variables, deployments and aliases. */
export async function removeProject(cloud: VercelCloud, project: Project): Promise<void> {
  const { store } = cloud;
  const { state } = store;
  Reflect.deleteProperty(state.projects, project.id);
  for (const variable of Object.values(state.variables))
    if (variable.projectId === project.id) Reflect.deleteProperty(state.variables, variable.id);
  const deployments = Object.values(state.deployments).filter((each) => each.projectId === project.id);
  await Promise.all(deployments.map((deployment) => removeDeployment(cloud, deployment)));
  await store.commit();
}

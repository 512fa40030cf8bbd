import type { Behaviour } from "./behaviour.ts";
import type { EmulatorContext } from "../emulator.ts";
import type { Store } from "../store.ts";
import { notFound } from "./errors.ts";
import type { FileStore } from "./file-store.ts";
import type { Listeners } from "./listeners.ts";
import type { Runtime } from "./runtime.ts";
import type { RuntimeLog } from "./runtime-log.ts";
import type { Serial } from "./serial.ts";
import type { Edge } from "./serve.ts";
import type { Alias, Deployment, Project, VercelState } from "./state.ts";

/** What every route works on. */
export interface VercelCloud {
  readonly context: EmulatorContext;
  readonly store: Store<VercelState>;
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly edge: Edge;
  readonly runtimeLog: RuntimeLog;
  readonly listeners: Listeners;
  readonly behaviour: Behaviour;
  /** Two assignments of one new name make one alias. */
  readonly aliasing: Serial;
  /** Builds the deployment in the background; its state shows how far it is. */
  build(deployment: Deployment): void;
}

export const deploymentUrl = (deployment: Deployment): string => `127.0.0.1:${deployment.port}`;

export function findProject(state: VercelState, idOrName: string): Project | undefined {
  return (
    state.projects[idOrName] ?? Object.values(state.projects).find((project) => project.name === idOrName)
  );
}

export function requireProject(state: VercelState, idOrName: string): Project {
  const project = findProject(state, idOrName);
  if (!project) throw notFound("Project not found.");
  return project;
}

/** By id, by its own address, or by an alias that points at it. */
export function requireDeployment(state: VercelState, idOrUrl: string): Deployment {
  const host = idOrUrl.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const found =
    state.deployments[host] ??
    Object.values(state.deployments).find((deployment) => deploymentUrl(deployment) === host) ??
    state.deployments[findAlias(state, host)?.deploymentId ?? ""];
  if (!found) throw notFound("The deployment could not be found");
  return found;
}

export function findAlias(state: VercelState, idOrAlias: string): Alias | undefined {
  return state.aliases[idOrAlias] ?? Object.values(state.aliases).find((alias) => alias.alias === idOrAlias);
}

export function aliasesOf(state: VercelState, deployment: Deployment): Alias[] {
  return Object.values(state.aliases).filter((alias) => alias.deploymentId === deployment.id);
}

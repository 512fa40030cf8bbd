import { creator, user } from "./account.ts";
import { aliasesOf, deploymentUrl } from "./cloud.ts";
import { defaultRegion } from "./build-output.ts";
import { outputPrefix } from "./assemble-output.ts";
import type { Deployment, Project, VercelState } from "./state.ts";

/** The deployment as `/v13/deployments` answers it. Variables are named, their values are not shown. */
export function answerDeployment(state: VercelState, deployment: Deployment): object {
  const project = state.projects[deployment.projectId];
  return {
    id: deployment.id,
    name: deployment.name,
    url: deploymentUrl(deployment),
    projectId: deployment.projectId,
    project: { id: deployment.projectId, name: project?.name ?? deployment.name, framework: null },
    ownerId: project?.accountId ?? user.id,
    ...life(deployment, project),
    status: deployment.readyState,
    alias: aliasesOf(state, deployment).map((alias) => alias.alias),
    aliasAssigned: deployment.readyState === "READY",
    aliasError: null,
    automaticAliases: [],
    createdAt: deployment.createdAt,
    createdIn: "fra1",
    bootedAt: deployment.buildingAt ?? deployment.createdAt,
    buildingAt: deployment.buildingAt ?? deployment.createdAt,
    buildSkipped: false,
    creator,
    env: Object.keys(deployment.environment),
    build: { env: Object.keys(deployment.environment) },
    inspectorUrl: null,
    isInConcurrentBuildsQueue: deployment.readyState === "QUEUED",
    isInSystemBuildsQueue: false,
    meta: deployment.meta,
    plan: "pro",
    prebuilt: isPrebuilt(deployment),
    projectSettings: shownSettings(deployment),
    public: false,
    regions: deployment.regions ?? [defaultRegion],
    routes: null,
    source: "cli",
    type: "LAMBDAS",
    version: 2,
  };
}

/** The deployment as the lists of `/v6` and `/v7/deployments` show it. */
export function answerListedDeployment(state: VercelState, deployment: Deployment): object {
  const project = state.projects[deployment.projectId];
  return {
    uid: deployment.id,
    name: deployment.name,
    projectId: deployment.projectId,
    url: deploymentUrl(deployment),
    ...life(deployment, project),
    state: deployment.readyState,
    created: deployment.createdAt,
    createdAt: deployment.createdAt,
    ...(deployment.buildingAt === undefined ? {} : { buildingAt: deployment.buildingAt }),
    creator: { ...creator, email: user.email },
    type: "LAMBDAS",
    source: "cli",
    prebuilt: isPrebuilt(deployment),
    inspectorUrl: null,
    meta: deployment.meta,
    aliasAssigned: deployment.readyState === "READY" ? (deployment.ready ?? true) : null,
    aliasError: null,
    isRollbackCandidate:
      deployment.promotedAt !== undefined && project?.productionDeploymentId !== deployment.id,
  };
}

function life(deployment: Deployment, project: Project | undefined): object {
  const isPromoted = project?.productionDeploymentId === deployment.id;
  return {
    readyState: deployment.readyState,
    target: deployment.target,
    ...(deployment.ready === undefined ? {} : { ready: deployment.ready }),
    ...(deployment.canceledAt === undefined ? {} : { canceledAt: deployment.canceledAt }),
    ...(deployment.errorCode === undefined ? {} : { errorCode: deployment.errorCode }),
    ...(deployment.errorMessage === undefined ? {} : { errorMessage: deployment.errorMessage }),
    ...(deployment.target === "production" && deployment.readyState === "READY"
      ? { readySubstate: isPromoted ? "PROMOTED" : "STAGED" }
      : {}),
  };
}

/** Where the sources lie is taken and not shown. */
function shownSettings({ projectSettings }: Deployment): object {
  const { rootDirectory: _root, sourceFilesOutsideRootDirectory: _outside, ...shown } = projectSettings;
  return shown;
}

const isPrebuilt = (deployment: Deployment): boolean =>
  deployment.files.some((file) => file.path.startsWith(outputPrefix));

import { creator } from "./account.ts";
import { defaultRegion } from "./build-output.ts";
import { aliasesOf, deploymentUrl } from "./cloud.ts";
import { answerVariable } from "./variable-answer.ts";
import { productionBranch } from "./variables.ts";
import type { Deployment, Project, VercelState } from "./state.ts";

const defaultResources = {
  fluid: true,
  functionDefaultRegions: [defaultRegion],
  functionDefaultTimeout: 300,
  functionDefaultMemoryType: "standard",
} as const;

/** The project as GET, POST and PATCH answer it. */
export function answerProject(state: VercelState, project: Project): object {
  const ofProject = Object.values(state.deployments).filter((each) => each.projectId === project.id);
  const production = state.deployments[project.productionDeploymentId ?? ""];
  const aliases = production ? aliasesOf(state, production) : [];
  // Settings that Vercel takes and does not show.
  const { serverlessFunctionRegion: _region, publicSource: _source, ...settings } = project.settings;
  return {
    buildCommand: null,
    commandForIgnoringBuildStep: null,
    devCommand: null,
    installCommand: null,
    outputDirectory: null,
    rootDirectory: null,
    passwordProtection: null,
    trustedIps: null,
    gitForkProtection: true,
    gitLFS: false,
    directoryListing: false,
    autoExposeSystemEnvs: true,
    sourceFilesOutsideRootDirectory: true,
    nodeVersion: "22.x",
    ...settings,
    id: project.id,
    accountId: project.accountId,
    name: project.name,
    framework: project.framework,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    live: false,
    autoAssignCustomDomains: project.autoAssignCustomDomains,
    ssoProtection: project.ssoProtection,
    protectionBypass: project.protectionBypass,
    gitProviderOptions: project.gitProviderOptions,
    ...(project.gitRepository ? { link: answerLink(project, project.gitRepository) } : {}),
    defaultResourceConfig: defaultResources,
    resourceConfig: { ...defaultResources, ...(project.settings["resourceConfig"] as object | undefined) },
    deploymentExpiration: {
      expirationDays: 30,
      expirationDaysProduction: 365,
      expirationDaysCanceled: 30,
      expirationDaysErrored: 90,
      deploymentsToKeep: 10,
    },
    env: Object.values(state.variables)
      .filter((variable) => variable.projectId === project.id)
      .map((variable) => answerVariable(variable, { isDecrypted: false })),
    alias: aliases.map((alias) => ({
      domain: alias.alias,
      environment: "production",
      target: "PRODUCTION",
      deployment: production ? summary(state, production) : null,
      createdAt: alias.createdAt,
    })),
    targets: production ? { production: summary(state, production) } : {},
    latestDeployments: ofProject
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, 10)
      .map((deployment) => summary(state, deployment)),
    lastAliasRequest: project.lastAliasRequest,
    lastRollbackTarget: project.isRolledBack ? {} : null,
  };
}

function answerLink(project: Project, { type, repo }: { type: string; repo: string }): object {
  const [org = "", name = ""] = repo.split("/");
  return {
    type,
    org,
    repo: name,
    repoId: 1,
    repoOwnerId: 1,
    productionBranch,
    gitCredentialId: "",
    sourceless: false,
    deployHooks: [],
    createdAt: project.createdAt,
    updatedAt: project.createdAt,
  };
}

function summary(state: VercelState, deployment: Deployment): object {
  return {
    id: deployment.id,
    name: deployment.name,
    url: deploymentUrl(deployment),
    deploymentHostname: deploymentUrl(deployment),
    alias: aliasesOf(state, deployment).map((alias) => alias.alias),
    createdAt: deployment.createdAt,
    createdIn: "fra1",
    creator: { uid: creator.uid, username: creator.username, email: "sandbox@localhost" },
    meta: deployment.meta,
    plan: "pro",
    private: true,
    readyState: deployment.readyState,
    target: deployment.target,
    type: "LAMBDAS",
    userId: creator.uid,
    ...(deployment.ready === undefined ? {} : { readyAt: deployment.ready }),
  };
}

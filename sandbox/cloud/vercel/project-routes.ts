import { Hono } from "hono";
import { z } from "zod";
import type { Account } from "../account/account.ts";
import { user } from "./account.ts";
import type { VercelCloud } from "./cloud.ts";
import { findProject, requireProject } from "./cloud.ts";
import { VercelError, readBody } from "./errors.ts";
import { bypassBody, changeBypass } from "./bypass.ts";
import { newProjectId } from "./ids.ts";
import { answerProject } from "./project-answer.ts";
import { removeProject } from "./remove.ts";
import type { Project } from "./state.ts";
import { addVariables, variableBody } from "./variables.ts";

const projectName = z
  .string()
  .max(100)
  .regex(
    /^(?!.*---)[a-z0-9._-]+$/,
    "should be lower case letters, digits, '.', '_', '-', and not contain '---'",
  );
const protection = z.enum([
  "all",
  "preview",
  "prod_deployment_urls_and_all_previews",
  "all_except_custom_domains",
]);
const text = z.string().nullable();

/** What changes nothing here but is given back as it was set. */
const keptSettings = z.strictObject({
  buildCommand: text.optional(),
  commandForIgnoringBuildStep: text.optional(),
  devCommand: text.optional(),
  installCommand: text.optional(),
  outputDirectory: text.optional(),
  rootDirectory: text.optional(),
  serverlessFunctionRegion: text.optional(),
  publicSource: z.boolean().nullable().optional(),
  enablePreviewFeedback: z.boolean().nullable().optional(),
  enableProductionFeedback: z.boolean().nullable().optional(),
  enableAffectedProjectsDeployments: z.boolean().optional(),
  previewDeploymentsDisabled: z.boolean().nullable().optional(),
  previewDeploymentSuffix: text.optional(),
  skipGitConnectDuringLink: z.boolean().optional(),
  serverlessFunctionZeroConfigFailover: z.boolean().optional(),
  oidcTokenConfig: z.record(z.string(), z.unknown()).optional(),
  resourceConfig: z.record(z.string(), z.unknown()).optional(),
});
const keptOnUpdate = keptSettings.extend({
  nodeVersion: z.enum(["20.x", "22.x", "24.x"]).optional(),
  autoExposeSystemEnvs: z.boolean().optional(),
  customerSupportCodeVisibility: z.boolean().optional(),
  directoryListing: z.boolean().optional(),
  gitForkProtection: z.boolean().optional(),
  gitLFS: z.boolean().optional(),
  protectedSourcemaps: z.boolean().optional(),
  sourceFilesOutsideRootDirectory: z.boolean().optional(),
  skewProtectionMaxAge: z.number().optional(),
  productionDeploymentsFastLane: z.boolean().optional(),
  gitComments: z.strictObject({ onCommit: z.boolean(), onPullRequest: z.boolean() }).nullable().optional(),
  // Ways of protection that nothing here would enforce: they can be set to off.
  passwordProtection: z.null().optional(),
  trustedIps: z.null().optional(),
  trustedSources: z.null().optional(),
  optionsAllowlist: z.null().optional(),
  passport: z.null().optional(),
});
const withBehaviour = {
  framework: text.optional(),
  ssoProtection: z.strictObject({ deploymentType: protection }).nullable().optional(),
};
const createBody = keptSettings.extend({
  ...withBehaviour,
  name: projectName,
  gitRepository: z.strictObject({ type: z.string(), repo: z.string() }).optional(),
  environmentVariables: z.array(variableBody).optional(),
});
const updateBody = keptOnUpdate.extend({
  ...withBehaviour,
  name: projectName.optional(),
  autoAssignCustomDomains: z.boolean().optional(),
  gitProviderOptions: z
    .strictObject({
      createDeployments: z.enum(["enabled", "disabled"]).optional(),
      requireVerifiedCommits: z.boolean().optional(),
      disableRepositoryDispatchEvents: z.boolean().optional(),
      gitCommitStatus: z.boolean().optional(),
    })
    .optional(),
});

/** A project with the vendor's defaults: protected but for custom domains, assigning domains automatically. */
export function newProject(name: string, accountId: string): Project {
  const now = Date.now();
  return {
    id: newProjectId(),
    accountId,
    name,
    createdAt: now,
    updatedAt: now,
    framework: null,
    autoAssignCustomDomains: true,
    isRolledBack: false,
    ssoProtection: { deploymentType: "all_except_custom_domains" },
    protectionBypass: {},
    gitProviderOptions: { createDeployments: "enabled" },
    gitRepository: null,
    settings: {},
    productionDeploymentId: null,
    lastAliasRequest: null,
  };
}

/**
 * Hobby has standard protection and not that of all deployments (vercel.com/docs/deployment-protection). Status, code and
 * words of the refusal were not seen.
 */
function refuseUnpaidProtection(
  account: Account,
  protection: { readonly deploymentType: string } | null | undefined,
): void {
  if (protection?.deploymentType === "all" && account.get("vercel.plan") === "hobby")
    throw new VercelError(
      403,
      "forbidden",
      "Protection of all deployments is not available on the Hobby plan",
    );
}

export function projectRoutes(cloud: VercelCloud): Hono {
  const { store } = cloud;
  const { state } = store;
  const routes = new Hono();

  const requireFreeName = (name: string): void => {
    if (findProject(state, name))
      throw new VercelError(409, "conflict", `Project "${name}" already exists, please use a new name.`);
  };

  routes.post("/:version{v8|v9|v10|v11}/projects", async (c) => {
    const { name, framework, ssoProtection, gitRepository, environmentVariables, ...settings } =
      await readBody(c, createBody);
    requireFreeName(name);
    refuseUnpaidProtection(cloud.context.account, ssoProtection);
    const project = newProject(name, c.req.query("teamId") ?? user.id);
    if (framework !== undefined) project.framework = framework;
    if (ssoProtection !== undefined) project.ssoProtection = ssoProtection;
    if (gitRepository) project.gitRepository = gitRepository;
    project.settings = settings;
    state.projects[project.id] = project;
    const { failed } = addVariables(state, project, environmentVariables ?? [], false);
    if (failed[0]) {
      await removeProject(cloud, project);
      throw failed[0];
    }
    await store.commit();
    return c.json(answerProject(state, project));
  });

  routes.get("/:version{v8|v9|v10}/projects", (c) => {
    const search = c.req.query("search") ?? "";
    const projects = Object.values(state.projects).filter((project) => project.name.includes(search));
    return c.json({
      projects: projects.map((project) => answerProject(state, project)),
      pagination: { count: projects.length, next: null, prev: null },
    });
  });

  routes.get("/:version{v8|v9|v10}/projects/:idOrName", (c) =>
    c.json(answerProject(state, requireProject(state, c.req.param("idOrName")))),
  );

  routes.patch("/v9/projects/:idOrName", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const { name, framework, ssoProtection, autoAssignCustomDomains, gitProviderOptions, ...settings } =
      await readBody(c, updateBody);
    refuseUnpaidProtection(cloud.context.account, ssoProtection);
    if (name !== undefined && name !== project.name) {
      requireFreeName(name);
      project.name = name;
    }
    if (framework !== undefined) project.framework = framework;
    if (ssoProtection !== undefined) project.ssoProtection = ssoProtection;
    if (autoAssignCustomDomains !== undefined) project.autoAssignCustomDomains = autoAssignCustomDomains;
    Object.assign(project.gitProviderOptions, gitProviderOptions);
    project.settings = { ...project.settings, ...settings };
    project.updatedAt = Date.now();
    await store.commit();
    return c.json(answerProject(state, project));
  });

  routes.delete("/:version{v8|v9}/projects/:idOrName", async (c) => {
    await removeProject(cloud, requireProject(state, c.req.param("idOrName")));
    return c.body(null, 204);
  });

  // The vercel CLI asks without a version. There are no custom environments here.
  for (const path of [
    "/v9/projects/:idOrName/custom-environments",
    "/projects/:idOrName/custom-environments",
  ] as const)
    routes.get(path, (c) => {
      requireProject(state, c.req.param("idOrName"));
      return c.json({ accountLimit: { total: 0 }, environments: [] });
    });

  routes.patch("/:version{v1|v10}/projects/:idOrName/protection-bypass", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    changeBypass(project, await readBody(c, bypassBody));
    await store.commit();
    return c.json({ protectionBypass: project.protectionBypass });
  });

  return routes;
}

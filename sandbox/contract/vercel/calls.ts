import { call, type DocumentedCall } from "../call.ts";

export const document =
  "the schemas that @vercel/sdk reads answers with, made from Vercel's OpenAPI document";

/** What the SDK lacks. */
export const cli = "what vercel/vercel reads, `packages/cli`";

/** The vendor's own CLI and the Terraform provider, which the Pulumi provider is made from, take older versions. */
const versions = (path: string, ...names: readonly string[]): { readonly alsoAt: readonly string[] } => ({
  alsoAt: names.map((name) => `/${name}${path}`),
});

const project = "/projects/{idOrName}";
const variable = `${project}/env/{id}`;
const domain = `${project}/domains/{domain}`;
const rollback = "/projects/{projectId}/rollback/{deploymentId}";

/** Operations are the SDK's functions: `funcs/projectsGetProject.js`. */
export const calls: readonly DocumentedCall[] = [
  call("GET", "/v2/user", "userGetAuthUser", { leftOut: "one user, whatever the token" }),
  call("GET", "/v2/teams/{teamId}", "teamsGetTeam", {
    alsoAt: ["/teams/{teamId}"],
    leftOut: "every team that is asked for exists",
  }),
  call("GET", "/v2/teams", "teamsGetTeams", {
    alsoAt: ["/v1/teams"],
    leftOut: "those with a project, and one more; one page",
  }),
  call("POST", "/v11/projects", "projectsCreateProject", versions("/projects", "v8", "v9", "v10")),
  call("GET", "/v10/projects", "projectsGetProjects", versions("/projects", "v8", "v9")),
  call("GET", `/v9${project}`, "projectsGetProject", versions(project, "v8", "v10")),
  call("GET", `/v9${project}/custom-environments`, "environmentGetProjectsByIdOrNameCustomEnvironments", {
    alsoAt: [`${project}/custom-environments`],
    leftOut: "there are none",
  }),
  call("PATCH", `/v9${project}`, "projectsUpdateProject"),
  call("DELETE", `/v9${project}`, "projectsDeleteProject", versions(project, "v8")),
  call("PATCH", `/v1${project}/protection-bypass`, "projectsUpdateProjectProtectionBypass", {
    ...versions(`${project}/protection-bypass`, "v10"),
  }),
  call("GET", `/v10${project}/env`, "projectsFilterProjectEnvs", versions(`${project}/env`, "v8", "v9")),
  call("POST", `/v10${project}/env`, "projectsCreateProjectEnv", versions(`${project}/env`, "v9")),
  call("GET", `/v1${variable}`, "projectsGetProjectEnv", versions(variable, "v8", "v9", "v10")),
  call("PATCH", `/v9${variable}`, "projectsEditProjectEnv", versions(variable, "v10")),
  call("DELETE", `/v9${variable}`, "projectsRemoveProjectEnv", versions(variable, "v8", "v10")),
  call("POST", `/v10${project}/domains`, "projectsAddProjectDomain", {
    leftOut: "no redirects, and no domains of a branch",
  }),
  call("GET", `/v9${project}/domains`, "projectsGetProjectDomains", {
    ...versions(`${project}/domains`, "v8"),
    leftOut: "one page",
  }),
  call("GET", `/v9${domain}`, "projectsGetProjectDomain", versions(domain, "v8")),
  call("DELETE", `/v9${domain}`, "projectsRemoveProjectDomain", versions(domain, "v8")),
  call("POST", `/v9${domain}/verify`, "projectsVerifyProjectDomain", {
    leftOut: "DNS is not read: a domain of another team stays unverified",
  }),
  call("POST", "/v2/files", "deploymentsUploadFile", { alsoAt: ["/v2/now/files"] }),
  call("POST", "/v13/deployments", "deploymentsCreateDeployment", {
    alsoAt: ["/v12/deployments", "/v12/now/deployments"],
    leftOut: "prebuilt output only: nothing is built from sources",
  }),
  call("GET", "/v13/deployments/{idOrUrl}", "deploymentsGetDeployment"),
  call("GET", "/v6/deployments/{id}/files", "deploymentsListDeploymentFiles", {
    leftOut: "of what Vercel makes of them the functions alone",
  }),
  call("DELETE", "/v13/deployments/{id}", "deploymentsDeleteDeployment"),
  call("PATCH", "/v12/deployments/{id}/cancel", "deploymentsCancelDeployment"),
  call("GET", "/v7/deployments", "deploymentsGetDeployments", { alsoAt: ["/v6/deployments"] }),
  call("GET", "/v3/deployments/{idOrUrl}/events", "deploymentsGetDeploymentEvents", {
    alsoAt: ["/v2/deployments/{idOrUrl}/events"],
    leftOut: "the build in three lines; one that is followed is answered at its end",
  }),
  call("GET", "/v3/now/deployments/{idOrUrl}/events", "vercel deploy, vercel inspect --logs", {
    document: cli,
  }),
  // The SDK's logsGetRuntimeLogs reads a single row.
  call(
    "GET",
    "/v1/projects/{projectId}/deployments/{deploymentId}/runtime-logs",
    "RuntimeLog, a row of its stream",
    {
      document: cli,
      leftOut: "a row for each request and each printed line, which does not name its request",
    },
  ),
  call("GET", "/v11/deployments/{id}/builds", "vercel inspect", { document: cli, leftOut: "no builds" }),
  call("POST", "/v2/deployments/{id}/aliases", "aliasesAssignAlias"),
  call("GET", "/v2/deployments/{id}/aliases", "aliasesListDeploymentAliases"),
  call("GET", "/v4/aliases/{idOrAlias}", "aliasesGetAlias", { alsoAt: ["/now/aliases/{idOrAlias}"] }),
  call("GET", "/v4/aliases", "aliasesListAliases", { alsoAt: ["/v3/now/aliases"] }),
  call("DELETE", "/v2/aliases/{aliasId}", "aliasesDeleteAlias", { alsoAt: ["/now/aliases/{aliasId}"] }),
  call("POST", "/v10/projects/{projectId}/promote/{deploymentId}", "projectsRequestPromote", {
    leftOut: "deployments of the target production only: those of another are rebuilt by Vercel",
  }),
  call("POST", `/v1${rollback}`, "projectsRequestRollback", { alsoAt: [`/v9${rollback}`] }),
  call("GET", "/v1/projects/{projectId}/promote/aliases", "projectsListPromoteAliases"),
  call("GET", "/v9/projects/{projectId}/promote/aliases", "vercel promote status", {
    document: cli,
    leftOut: "none failed",
  }),
];

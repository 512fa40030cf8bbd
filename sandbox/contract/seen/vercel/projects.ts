import { type Fields, type SeenAnswer } from "../facts.ts";
import { cli, project, provider, readyStates, types } from "./shared.ts";

const projectFields: Fields = {
  id: "string",
  name: "string",
  accountId: "string",
  createdAt: "integer",
  updatedAt: "integer",
  framework: "string | null",
  buildCommand: "string | null",
  commandForIgnoringBuildStep: "string | null",
  devCommand: "string | null",
  installCommand: "string | null",
  outputDirectory: "string | null",
  rootDirectory: "string | null",
  nodeVersion: "string",
  autoAssignCustomDomains: "boolean",
  directoryListing: "boolean",
  gitForkProtection: "boolean",
  gitLFS: "boolean",
  "link?": "object",
  "link.type": "string",
  "ssoProtection?": "object | null",
  "ssoProtection.deploymentType":
    "string: all, preview, prod_deployment_urls_and_all_previews, all_except_custom_domains",
  "passwordProtection?": "object | null",
  "trustedIps?": "object | null",
  "autoExposeSystemEnvs?": "boolean",
  "protectionBypass?": "object",
  "latestDeployments?": "array",
  "latestDeployments[].id": "string",
  "latestDeployments[].readyState": `string: ${readyStates}`,
  "targets?": "object",
  "targets.production?": "object | null",
  "targets.production.id": "string",
  "targets.production.url": "string",
  // Null until the first promote or rollback.
  "lastAliasRequest?": "object | null",
  "lastAliasRequest.type": "string: promote, rollback",
  "lastAliasRequest.jobStatus": "string: pending, in-progress, succeeded, failed, skipped",
  "lastAliasRequest.requestedAt": "integer",
  "lastAliasRequest.toDeploymentId": "string",
  "lastAliasRequest.fromDeploymentId": "string | null",
};

export const projectAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${project}`,
    status: 200,
    source: `${types}, ${provider("project")}, ${cli("commands/promote/status.ts")}`,
    fields: projectFields,
  },
  {
    call: "POST /v11/projects",
    status: 200,
    source: `${types}, ${provider("project")}`,
    fields: projectFields,
  },
  { call: `PATCH ${project}`, status: 200, source: provider("project"), fields: projectFields },
  { call: `DELETE ${project}`, status: 204, source: provider("project"), fields: {} },
  {
    call: "PATCH /v1/projects/{idOrName}/protection-bypass",
    status: 200,
    source: provider("project_protection_bypass"),
    fields: { protectionBypass: "object" },
  },
];

import { type SeenAnswer, under } from "../facts.ts";
import { cli, pagination, provider, types } from "./shared.ts";

/** A domain of a project; the client's own types name what may be null. */
const projectDomain = {
  name: "string",
  "apexName?": "string",
  projectId: "string",
  "redirect?": "string | null",
  "redirectStatusCode?": "integer | null",
  "gitBranch?": "string | null",
  "createdAt?": "integer",
  "updatedAt?": "integer",
  "verified?": "boolean",
  "verification?": "array",
  "verification[].type": "string",
  "verification[].domain": "string",
  "verification[].value": "string",
  "verification[].reason": "string",
};

export const aliasAnswers: readonly SeenAnswer[] = [
  {
    call: "GET /v4/aliases/{idOrAlias}",
    status: 200,
    source: `${types}, ${provider("alias")}`,
    fields: {
      uid: "string",
      alias: "string",
      "createdAt?": "integer",
      "deployment?": "object",
      "deployment.id": "string",
      "deployment.url": "string",
      // None of an alias that redirects.
      "deploymentId?": "string | null",
      "projectId?": "string | null",
    },
  },
  {
    call: "GET /v4/aliases",
    status: 200,
    source: `vercel/vercel packages/cli/test/mocks/alias.ts, ${types}`,
    fields: {
      aliases: "array",
      "aliases[].uid": "string",
      "aliases[].alias": "string",
      "aliases[].createdAt?": "integer",
      "aliases[].deploymentId?": "string | null",
      "aliases[].projectId?": "string | null",
      "aliases[].redirect?": "string | null",
      pagination: "object",
      ...under("pagination", pagination),
    },
  },
  {
    call: "POST /v2/deployments/{id}/aliases",
    status: 200,
    source: cli("util/alias/create-alias.ts"),
    fields: { uid: "string", alias: "string", "created?": "string", "oldDeploymentId?": "string | null" },
  },
  {
    call: "DELETE /v2/aliases/{aliasId}",
    status: 200,
    source: `${cli("util/alias/remove-alias-by-id.ts")}, ${provider("alias")}`,
    fields: {},
  },
  ...["GET /v9/projects/{idOrName}/domains/{domain}", "POST /v10/projects/{idOrName}/domains"].map(
    (call) => ({
      call,
      status: 200,
      source: provider("project_domain"),
      fields: projectDomain,
    }),
  ),
  {
    call: "POST /v10/projects/{projectId}/promote/{deploymentId}",
    status: 201,
    // While a rolling release runs it waits for its end.
    documentedStatuses: [202],
    source: cli("commands/promote/request-promote.ts"),
    fields: {},
  },
  {
    call: "GET /v9/projects/{projectId}/promote/aliases",
    status: 200,
    source: cli("commands/promote/status.ts"),
    fields: {
      aliases: "array",
      "aliases[].id": "string",
      "aliases[].status": "string: completed, in-progress, pending, failed",
      "aliases[].alias": "object",
      "aliases[].alias.alias": "string",
      "aliases[].alias.deploymentId": "string",
      pagination: "object",
      ...under("pagination", pagination),
    },
  },
];

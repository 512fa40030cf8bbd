import { type Fields, type SeenAnswer, under, listOf } from "../facts.ts";
import { account, deployments, hub4j, pygithub } from "./shared.ts";

const deployment: Fields = {
  id: "integer",
  node_id: "string",
  url: "string",
  task: "string",
  original_environment: "string",
  environment: "string",
  description: "string | null",
  created_at: "string",
  updated_at: "string",
  statuses_url: "string",
  repository_url: "string",
  creator: "object",
  ...under("creator", account),
  sha: "string",
  ref: "string",
  // As text in recordings of 2021, as an object in others: both as it was sent.
  payload: "object | string",
  transient_environment: "boolean",
  production_environment: "boolean",
  performed_via_github_app: "object | null",
};
const deploymentStatus: Fields = {
  id: "integer",
  node_id: "string",
  url: "string",
  state: "string: error, failure, inactive, in_progress, queued, pending, success",
  creator: "object",
  ...under("creator", account),
  description: "string",
  environment: "string",
  target_url: "string",
  log_url: "string",
  environment_url: "string",
  created_at: "string",
  updated_at: "string",
  deployment_url: "string",
  repository_url: "string",
  performed_via_github_app: "object | null",
};

export const deploymentAnswers: readonly SeenAnswer[] = [
  {
    call: `POST ${deployments}`,
    status: 201,
    source: hub4j("AppTest/testCreateAndListDeployments", "AppTest/testGetDeploymentStatuses"),
    fields: deployment,
  },
  {
    call: `GET ${deployments}`,
    status: 200,
    source: hub4j("AppTest/testCreateAndListDeployments"),
    fields: listOf(deployment),
  },
  {
    call: `GET ${deployments}/{deployment_id}`,
    status: 200,
    source: pygithub("Deployment.setUp"),
    fields: deployment,
  },
  {
    call: `POST ${deployments}/{deployment_id}/statuses`,
    status: 201,
    source: hub4j("AppTest/testGetDeploymentStatuses"),
    fields: deploymentStatus,
  },
  {
    call: `GET ${deployments}/{deployment_id}/statuses`,
    status: 200,
    source: hub4j("AppTest/testGetDeploymentStatuses"),
    fields: listOf(deploymentStatus),
  },
];

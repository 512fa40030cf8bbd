import type { components } from "@octokit/openapi-types";
import type { Addresses } from "./addresses.ts";
import { nodeId, tokenUser } from "./addresses.ts";
import type { Deployment, DeploymentStatus } from "./state.ts";

export function answerDeployment(
  addresses: Addresses,
  deployment: Deployment,
): components["schemas"]["deployment"] {
  const url = `${addresses.repository}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: tokenUser(addresses),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: addresses.repository,
    transient_environment: deployment.isTransient,
    production_environment: deployment.isProduction,
    performed_via_github_app: null,
  };
}

export function answerDeploymentStatus(
  addresses: Addresses,
  deployment: Deployment,
  status: DeploymentStatus,
): components["schemas"]["deployment-status"] {
  const url = `${addresses.repository}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: tokenUser(addresses),
    description: status.description,
    environment: status.environment,
    // The old name of log_url; the vendor answers with both.
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: addresses.repository,
    performed_via_github_app: null,
  };
}

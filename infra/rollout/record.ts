import type { GitHub, Repository } from "../github/client.ts";
import { digest } from "../shared/digest.ts";

/**
 * What one attempt set out to do. It is the payload of the attempt's GitHub deployment, so it survives whatever
 * becomes of the stack's state, and each record holds the hash of the one before.
 */
export interface ReleaseRecord {
  readonly schema: 1;
  /** The commit, with `-dirty-<digest>` behind it where the tree was changed. */
  readonly release: string;
  readonly commit: string;
  readonly environment: string;
  readonly artifacts: { readonly web: string; readonly worker: string; readonly regenerator: string };
  readonly migrations: { readonly digest: string; readonly newest: string };
  readonly startedAt: string;
  /** Hash of the record before; empty in the first. */
  readonly previous: string;
}

/** Hash of a record, which the next one carries. */
export function recordHash(record: unknown): string {
  return digest(record);
}

/** Tells our records from those that a workflow's job makes in the same environment. */
export const rolloutTask = "rollout";

export interface Attempted {
  readonly deploymentId: number;
  readonly commit: string;
  readonly payload: unknown;
  /** State of the newest status: `in_progress`, `success`, `failure`, …; `pending` while there is none. */
  readonly state: string;
}

/** The attempts of an environment, newest first. */
export async function attempts(
  github: GitHub,
  { owner, repository }: Repository,
  environment: string,
  limit: number,
): Promise<readonly Attempted[]> {
  const { data } = await github.rest.repos.listDeployments({
    owner,
    repo: repository,
    environment,
    task: rolloutTask,
    per_page: limit,
  });
  return Promise.all(
    data.map(async (deployment) => {
      const statuses = await github.rest.repos.listDeploymentStatuses({
        owner,
        repo: repository,
        deployment_id: deployment.id,
        per_page: 1,
      });
      return {
        deploymentId: deployment.id,
        commit: deployment.sha,
        payload: typeof deployment.payload === "string" ? parse(deployment.payload) : deployment.payload,
        state: statuses.data[0]?.state ?? "pending",
      };
    }),
  );
}

/** GitHub gives an object payload back as an object or as its text, depending on how it was stored. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Whether an attempt was neither closed nor superseded. */
export function isOpen({ state }: Attempted): boolean {
  return ["pending", "queued", "in_progress"].includes(state);
}

/** How an attempt stands, told on its deployment and on its commit. */
export interface Report extends Repository {
  readonly deploymentId: number;
  readonly commit: string;
  readonly environment: string;
  readonly state: "in_progress" | "success" | "failure";
  /** One line; GitHub keeps 140 characters. Never a secret. */
  readonly description: string;
  readonly webUrl?: string;
}

const commitStates = { in_progress: "pending", success: "success", failure: "failure" } as const;

/** Writes the deployment status and the commit status `rollout/<environment>`. Saying it twice does no harm. */
export async function report(github: GitHub, told: Report): Promise<void> {
  const { owner, repository: repo, webUrl } = told;
  const description = told.description.slice(0, 140);
  await github.rest.repos.createDeploymentStatus({
    owner,
    repo,
    deployment_id: told.deploymentId,
    state: told.state,
    description,
    // The records of earlier rollouts keep how they ended.
    auto_inactive: false,
    ...(webUrl ? { environment_url: webUrl } : {}),
  });
  await github.rest.repos.createCommitStatus({
    owner,
    repo,
    sha: told.commit,
    state: commitStates[told.state],
    context: `rollout/${told.environment}`,
    description,
    ...(webUrl ? { target_url: webUrl } : {}),
  });
}

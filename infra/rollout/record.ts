import type { GitHub, Repository } from "../github/client.ts";

/**
 * What one attempt set out to do. It is the payload of the attempt's GitHub deployment, so it survives whatever
 * becomes of the stack's state. Those of earlier versions also hold, as `previous`, a hash of the one before, which
 * is not read: what was changed afterwards is found by the chain in `records/`.
 */
export interface ReleaseRecord {
  readonly schema: 1;
  /** The commit, with `-dirty-<digest>` behind it where the tree was changed. */
  readonly release: string;
  readonly commit: string;
  readonly environment: string;
  /** Digests of the sources, by part. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly migrations: { readonly digest: string; readonly newest: string };
  readonly startedAt: string;
}

/** Distinguishes our records from those that a workflow's job makes in the same environment. */
export const rolloutTask = "rollout";

/** An attempt as it is recorded, whatever became of it. */
export interface RecordedAttempt {
  readonly deploymentId: number;
  readonly commit: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly payload: unknown;
}

export interface Attempted extends RecordedAttempt {
  /** State of the newest status: `in_progress`, `success`, `failure`, …; `pending` while there is none. */
  readonly state: string;
}

/** The recorded attempts of an environment, newest first; at most 100. */
export async function recordedAttempts(
  github: GitHub,
  { owner, repository }: Repository,
  environment: string,
  limit: number,
): Promise<readonly RecordedAttempt[]> {
  const { data } = await github.rest.repos.listDeployments({
    owner,
    repo: repository,
    environment,
    task: rolloutTask,
    per_page: limit,
  });
  return data.map(({ id, sha, created_at, payload }) => ({
    deploymentId: id,
    commit: sha,
    createdAt: created_at,
    payload: typeof payload === "string" ? parse(payload) : payload,
  }));
}

/**
 * What was reported of an attempt, newest first. That GitHub calls it inactive proves nothing of it: a workflow's job in the same
 * environment makes a deployment of its own, whose success makes all others there inactive.
 */
export async function statusesOf(
  github: GitHub,
  { owner, repository }: Repository,
  deploymentId: number,
): Promise<readonly { readonly state: string; readonly description: string; readonly createdAt: string }[]> {
  const { data } = await github.rest.repos.listDeploymentStatuses({
    owner,
    repo: repository,
    deployment_id: deploymentId,
    per_page: 100,
  });
  return data
    .filter(({ state }) => state !== "inactive")
    .map(({ state, description, created_at }) => ({ state, description, createdAt: created_at }));
}

/** How an attempt stands: `pending` while nothing was reported. */
export async function stateOf(github: GitHub, repository: Repository, deploymentId: number): Promise<string> {
  return (await statusesOf(github, repository, deploymentId))[0]?.state ?? "pending";
}

/** The attempts of an environment with how each stands, newest first. */
export async function attempts(
  github: GitHub,
  repository: Repository,
  environment: string,
  limit: number,
): Promise<readonly Attempted[]> {
  const recorded = await recordedAttempts(github, repository, environment, limit);
  return Promise.all(
    recorded.map(async (record) => ({
      ...record,
      state: await stateOf(github, repository, record.deploymentId),
    })),
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

/** Notes on the attempt which image its workers run. Writing it twice does no harm. */
export async function noteReceipt(
  github: GitHub,
  { owner, repository }: Repository,
  deploymentId: number,
  receipt: string,
): Promise<void> {
  await github.rest.repos.createDeploymentStatus({
    owner,
    repo: repository,
    deployment_id: deploymentId,
    state: "in_progress",
    description: receipt,
    auto_inactive: false,
  });
}

/** How an attempt stands, reported on its deployment and on its commit. */
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

/** Writes the deployment status and the commit status `rollout/<environment>`. Writing it twice does no harm. */
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

/** What a deployment of ours is made of. */
export interface NewDeployment extends Repository {
  readonly environment: string;
  readonly commit: string;
  readonly description: string;
  /** Whether the environment will be deleted again. */
  readonly isTransient?: boolean | undefined;
  readonly record: ReleaseRecord;
}

/** Makes the GitHub deployment of an attempt, and returns its id. */
export async function createRecorded(github: GitHub, made: NewDeployment): Promise<number> {
  const { owner, repository, environment, commit, description, isTransient, record } = made;
  const { data } = await github.rest.repos.createDeployment({
    owner,
    repo: repository,
    ref: commit,
    task: rolloutTask,
    environment,
    auto_merge: false,
    // Its own commit status would refuse it otherwise.
    required_contexts: [],
    production_environment: environment === "production",
    ...(isTransient ? { transient_environment: true } : {}),
    description,
    payload: { ...record },
  });
  if ("id" in data) return data.id;
  throw new Error(`github did not create the deployment record: ${data.message ?? "no reason given"}`);
}

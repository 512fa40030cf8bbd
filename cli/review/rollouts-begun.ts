import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import { rolloutTask } from "@rollout/infra/rollout/record";
import type { ResourceState } from "../engine/preview-report.ts";

/**
 * When the last rollouts of the stack's environment began, in milliseconds, by their records on GitHub. Nothing when
 * GitHub cannot be asked: then only the last rollout's times are known.
 */
export async function rolloutsBegun(
  state: readonly ResourceState[],
  environment: NodeJS.ProcessEnv,
): Promise<readonly number[]> {
  const {
    owner,
    repository,
    environment: name,
  } = state.find(({ type }) => type.endsWith("rollout:Attempt"))?.inputs ?? {};
  if (typeof owner !== "string" || typeof repository !== "string" || typeof name !== "string") return [];
  try {
    const github = await openGitHub(readCloudAccess(environment).github);
    const { data } = await github.rest.repos.listDeployments({
      owner,
      repo: repository,
      environment: name,
      task: rolloutTask,
      per_page: 100,
    });
    return data.map(({ payload, created_at: opened }) => Date.parse(startOf(payload) ?? opened));
  } catch {
    return [];
  }
}

/** By the clock that the state is written by, which is not GitHub's. */
function startOf(payload: unknown): string | undefined {
  const record = typeof payload === "string" ? (JSON.parse(payload) as unknown) : payload;
  const { startedAt } = (record ?? {}) as { readonly startedAt?: unknown };
  return typeof startedAt === "string" ? startedAt : undefined;
}

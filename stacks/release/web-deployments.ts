import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { isGood } from "@rollout/infra/rollout/records/attempts";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import type { RecordedDeployment } from "@rollout/infra/vercel/file-digests";

/**
 * The deployments that were live with these sources of the web, as signed entries name them, newest first: what may be taken again.
 * One that is named by several has the files of the newest entry that knows them.
 */
export function webDeploymentsOf(
  { web }: Pick<Composition, "web">,
  attempts: readonly Attempt[],
): readonly RecordedDeployment[] {
  const found = new Map<string, RecordedDeployment>();
  for (const attempt of attempts) {
    const { webDeployment: deploymentId, webFiles: files } = attempt.ended ?? {};
    if (!isGood(attempt) || deploymentId === undefined || attempt.composition.web.source !== web.source)
      continue;
    if (found.get(deploymentId)?.files === undefined)
      found.set(deploymentId, { deploymentId, ...(files ? { files } : {}) });
  }
  return [...found.values()];
}

import type { GitHub, Repository } from "../../github/client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { recordedAttempts, statusesOf } from "../record.ts";
import { receiptAnchor } from "./keep.ts";
import type { Anchor } from "./verify.ts";

/** Of so many deployments at a time GitHub is asked. */
const atOnce = 8;

/**
 * Entries that GitHub's deployments know of: each has a receipt of the last entry of its attempt.
 *
 * @param newest how many of them are asked, 100 at most.
 */
export async function deploymentAnchors(
  github: GitHub,
  place: Repository & { readonly environment: string },
  newest: number,
): Promise<readonly Anchor[]> {
  const deployments = await recordedAttempts(github, place, place.environment, newest);
  const found: Anchor[] = [];
  for (let from = 0; from < deployments.length; from += atOnce)
    await Promise.all(
      deployments.slice(from, from + atOnce).map(async ({ deploymentId }) => {
        const statuses = await ignoreNotFound(statusesOf(github, place, deploymentId));
        const receipt = statuses?.map(({ description }) => receiptAnchor(description)).find(Boolean);
        if (receipt) found.push({ ...receipt, source: `GitHub's deployment ${String(deploymentId)}` });
      }),
    );
  return found;
}

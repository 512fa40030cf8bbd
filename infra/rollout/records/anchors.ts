import type { GitHub } from "../../github/client.ts";
import { orGone } from "../../shared/or-gone.ts";
import { statusesOf } from "../record.ts";
import type { Attempt } from "./attempts.ts";
import type { RecordPlace } from "./chain.ts";
import { receiptHash } from "./keep.ts";
import type { Anchors } from "./verify.ts";

/** Of so many attempts at a time GitHub is asked. */
const atOnce = 8;

/** What the deployments of attempts hold of the hashes of their last entries. */
export async function readAnchors(
  github: GitHub,
  place: RecordPlace,
  attempts: readonly Pick<Attempt, "number" | "deployment">[],
): Promise<Anchors> {
  const found = new Map<number, string>();
  for (let from = 0; from < attempts.length; from += atOnce)
    await Promise.all(
      attempts.slice(from, from + atOnce).map(async ({ number, deployment }) => {
        const statuses = await orGone(statusesOf(github, place, deployment));
        const hash = statuses?.map(({ description }) => receiptHash(description)).find(Boolean);
        if (hash !== undefined) found.set(number, hash);
      }),
    );
  return found;
}

import type { GitHub, Repository } from "@rollout/infra/github/client";
import { readLease } from "@rollout/infra/rollout/lease/lease-store";
import { seconds, single } from "../samples.ts";
import type { MetricSource } from "../source.ts";

/** Who may roll the environment out: held or free, and since when. */
export function leaseSource(
  github: GitHub,
  place: Repository & { readonly environment: string },
): MetricSource {
  return {
    name: "lease",
    read: async () => {
      const found = await readLease(github, { ...place, commit: "" });
      const held = found?.lease?.state === "held" ? found.lease : undefined;
      return [
        single(
          "rollout_lease_held",
          "Whether a command holds the environment's lease",
          Number(held !== undefined),
        ),
        single(
          "rollout_lease_acquired_timestamp_seconds",
          "Since when the lease is held",
          held && seconds(held.since),
        ),
        single(
          "rollout_lease_last_wait_seconds",
          "How long the newest holder of the lease waited in line for it",
          found?.lease?.waitedSeconds,
        ),
      ];
    },
  };
}

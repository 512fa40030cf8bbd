import { createHash } from "node:crypto";
import { testComposition } from "../../../infra/rollout/records/test-attempt.ts";
import { testKeys, testRecords } from "../../../infra/rollout/records/test-keys.ts";
import type { Step } from "../step.ts";
import type { World } from "../world.ts";

const repository = (world: World) => ({ owner: world.name("shop"), repository: "shop" });
/** One that the emulator, which has no git here, takes as pushed. */
const commit = (release: 1 | 2): string =>
  createHash("sha1")
    .update(`chaos-${String(release)}`)
    .digest("hex");
const privateKeys = [testKeys.staging.secret];

/** What GitHub keeps as a log. */
const logged = {
  "github repositories.commits": "a commit that no ref points at is no entry of the record",
  "github repositories.statuses": "a status that is reported again says the same",
  "github repositories.deployments.statuses":
    "a status that is reported again says the same; a receipt of an entry that a kill left out is in that of the next entry",
};

export const githubSteps: readonly Step[] = [
  {
    name: "main-rules",
    path: "github/ruleset",
    needs: [],
    inputs: (release, _made, world) => ({
      ...{ ...repository(world), name: "rollout: main", branch: "main", requiredApprovals: release },
      ...{ dismissStaleReviews: true, requiredChecks: ["ci"], requireUpToDate: false },
    }),
    changes: true,
  },
  {
    name: "secret-DATABASE_URL",
    path: "github/secret",
    needs: [],
    inputs: (release, _made, world) => ({
      ...{ ...repository(world), name: "DATABASE_URL", value: `postgres://${String(release)}` },
    }),
    changes: true,
  },
  {
    name: "attempt",
    path: "rollout/attempt",
    needs: [],
    privateKeys,
    isSettledLater: true,
    mayDiffer: {
      ...logged,
      "github repositories.deployments": "each run is an attempt of its own, on record as failed",
    },
    inputs: (release, _made, world) => ({
      ...{ ...repository(world), environment: "staging", release: commit(release), commit: commit(release) },
      ...{ artifacts: { web: "w", worker: "w" }, migrations: "m", settings: "s", checks: ["ci"] },
      ...{ composition: testComposition(`content-${String(release)}`), records: testRecords },
    }),
    changes: true,
  },
  {
    name: "status",
    path: "rollout/status",
    needs: ["attempt"],
    endsLease: true,
    privateKeys,
    mayDiffer: logged,
    inputs: (release, made, world) => {
      const { deploymentId, number, entry } = made.get("attempt") ?? {};
      return {
        ...{ ...repository(world), environment: "staging", commit: commit(1), deploymentId },
        ...{ webUrl: "https://shop.example", proof: `smoke test passed at ${String(release)}` },
        ...{ attempt: number, begun: entry, records: testRecords },
      };
    },
    changes: true,
  },
];

import { randomInt } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { noteEveryEnd } from "./job-count.ts";
import { startJobs } from "./numbered-jobs.ts";
import { outputsOf } from "./staging.ts";
import type { StormPlace } from "./storm.ts";
import { startStorm } from "./storm.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Numbered jobs while workers are killed, machines stopped, connections cut, the database's compute restarted and the model failing,
 * and while releases are rolled out and back: `ROLLOUT_JOBS=5000 npm test -- tests/sandbox/jobs-through-faults`, so many of each queue.
 */
const jobs = Number(process.env["ROLLOUT_JOBS"] ?? 500);
/** Chooses what happens, and to whom: `STORM_SEED=…` for the same again. */
const seed = Number(process.env["STORM_SEED"] ?? randomInt(1_000_000));
/** So many, so that a run of few jobs meets each kind too. */
const timesAtLeast = 25;
const name = "stormy";

const { checkout, sandbox } = useSandbox({ from: "staging live" });
let place: StormPlace;
let [older, newer] = ["", ""];

/** A rollout may be rolled back by what befalls it; it may not end in any other way than those that are promised. */
const promised = [0, 1, 4, 5];

async function roll(command: "up" | "rollback", commit: string): Promise<number> {
  checkout.git("checkout", "--quiet", commit);
  const { status, output } = await sandbox.run("bin/rollout", command, "--stack", "staging");
  expect(promised, output).toContain(status);
  return status ?? Number.NaN;
}

beforeAll(async () => {
  for (const worker of ["worker", "regenerator"])
    checkout.edit("Pulumi.staging.yaml", `${worker}: { count: 1 }`, `${worker}: { count: 2 }`);
  // All numbered jobs come from one client, and the smoke tests' plans too.
  const unlimited =
    '  rollout:variables:\n    web: { API_PLANS_PER_MINUTE: "100000", API_UNFINISHED_PLANS: "100000" }\n';
  checkout.edit("Pulumi.staging.yaml", "  rollout:github:\n", `${unlimited}  rollout:github:\n`);
  older = checkout.commit("Give each worker two machines");
  changeApplication(checkout, "stormy", "worker", "regenerator", "web");
  newer = checkout.commit("Change workers and web");
  expect(await roll("up", older)).toBe(0);
  // So that there are jobs in hand when a worker is killed.
  await sandbox.read(
    ...["faults", "add", "--cloud", "ai", "--path", "**", "--kind", "delay", "--milliseconds", "200"],
  );
  place = await outputsOf(sandbox, "staging");
  await noteEveryEnd(place.databaseUrl);
}, 600_000);

it(
  `loses none of ${String(jobs)} numbered jobs and does none twice (STORM_SEED=${String(seed)})`,
  { timeout: 5_400_000 },
  async () => {
    const flow = startJobs(place, name, 50, { regenerates: true, survivesDatabase: true });
    const storm = startStorm(sandbox, place, name, Math.ceil(jobs / timesAtLeast), seed);
    const ends: number[] = [];
    // At least one rollout and one rollback, and as many as it takes until all jobs are there.
    do ends.push(await roll("up", newer), await roll("rollback", newer));
    while (flow.accepted() < jobs);
    const happened = await storm.stop();
    await sandbox.read("faults", "clear");
    const count = await flow.end(0);
    console.log(
      `${String(count.posted)} jobs of each queue, ${String(count.lost.length)} lost, ${String(count.twice.length)} done twice, ` +
        `${String(count.takenAgain)} taken again, ${String(count.refused.length)} not accepted; rollouts ended with ${ends.join(", ")}; ` +
        JSON.stringify(happened),
    );
    expect(count).toMatchObject({ lost: [], twice: [] });
    expect(count.posted).toBeGreaterThanOrEqual(jobs);
    expect(
      Object.values(happened).filter((times) => times > 0).length,
      "kinds of what happened",
    ).toBeGreaterThan(3);
    // What befell it is over: the next rollout ends well.
    expect(await roll("up", newer)).toBe(0);
  },
);

import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import type { JobPlace } from "./job-count.ts";
import { noteEveryEnd } from "./job-count.ts";
import { expectOneAlwaysWorking } from "./machine-order.ts";
import { watchMachines } from "./machine-watch.ts";
import { startJobs } from "./numbered-jobs.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import { regenerator, stagingIn, worker } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import { loadWeb } from "./web-load.ts";

/**
 * The way of docs/guide.md from one machine in one region to two machines in each of two regions, while requests and jobs of both
 * workers flow all the time: past a region that has no room, and on to a release that replaces every machine.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { outputs } = stagingIn(sandbox);
const apps = [worker, regenerator];
let place: JobPlace;

beforeAll(async () => {
  place = await outputs();
  await noteEveryEnd(place.databaseUrl);
}, 300_000);

/** Gives both workers so many machines in these regions, as a user does in the stack file. */
function scaleTo(before: string, after: string): void {
  for (const name of ["worker", "regenerator"])
    checkout.edit("Pulumi.staging.yaml", `${name}: ${before}`, `${name}: ${after}`);
  checkout.commit(`Scale the workers to ${after}`);
}

/** The regions of an app's machines. */
async function regionsOf(app: string): Promise<readonly string[]> {
  type Machine = Readonly<Record<"region" | "state", string>>;
  const machines = await callCloud<readonly Machine[]>(sandbox, "fly", "GET", `/v1/apps/${app}/machines`);
  return machines.map(({ region }) => region).sort();
}

const up = () => sandbox.run("bin/rollout", "up", "--stack", "staging");

describe("from one machine in one region to two in each of two", () => {
  it("loses no job and fails no request", { timeout: 900_000 }, async () => {
    const { webUrl, smokeApiKey } = place;
    const planId = await postPlan(webUrl, smokeApiKey, "Bread");
    await waitForPlan(webUrl, smokeApiKey, planId);
    const load = loadWeb(`${webUrl}/api/plans/${planId}`, { authorization: `Bearer ${smokeApiKey}` });
    const flow = startJobs(place, "regions job", 3, { regenerates: true });
    const [one, inTwo] = ["{ count: 1 }", "{ count: 4, regions: [fra, ams] }"];

    await sandbox.read("account", "set", "fly.full=ams");
    scaleTo(one, inTwo);
    const full = await up();
    // Rolled back: the release before needs no room, though the stack file asks for it.
    expect(full.status, full.output).toBe(4);
    expect(full.output).toMatch(/Fly has no capacity in ams: .*no capacity available in ams/);
    expect(full.output).toContain("set other regions or another size: rollout:fly.machines");
    for (const app of apps) expect(await regionsOf(app)).toEqual(["fra"]);

    scaleTo(inTwo, "{ count: 4, regions: [fra, cdg] }");
    const scaled = await up();
    expect(scaled.status, scaled.output).toBe(0);
    for (const app of apps) expect(await regionsOf(app)).toEqual(["cdg", "cdg", "fra", "fra"]);

    // A machine that is replaced needs no room of its own.
    await sandbox.read("account", "set", "fly.full=ams,cdg");
    changeApplication(checkout, "in two regions", "worker", "regenerator", "web");
    checkout.commit("Change workers and web");
    const watches = apps.map((app) => watchMachines(sandbox, app));
    const released = await up();
    expect(released.status, released.output).toBe(0);
    for (const watch of watches) {
      const watched = await watch.stop();
      for (const region of ["fra", "cdg"]) expectOneAlwaysWorking(watched, region);
      expect(new Set(watched.looks.at(-1)?.machines.map(({ image }) => image)).size).toBe(1);
    }
    for (const app of apps) expect(await regionsOf(app)).toEqual(["cdg", "cdg", "fra", "fra"]);

    const count = await flow.end(30);
    const { requests, failures } = await load.stop();
    console.log(
      `regions: ${String(count.posted)} jobs of each queue, ${String(count.lost.length)} lost, ${String(count.twice.length)} done twice; ` +
        `${String(requests)} requests, ${String(failures.length)} failed`,
    );
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(count).toMatchObject({ refused: [], lost: [], twice: [] });
  });
});

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import type { JobPlace } from "./job-count.ts";
import { noteEveryEnd } from "./job-count.ts";
import type { JobFlow } from "./numbered-jobs.ts";
import { startJobs } from "./numbered-jobs.ts";
import { callCloud, machinesOf } from "./observe.ts";
import { acted, stagingIn, worker as app } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";

/** A worker moves from Fly.io to Railway, gets a release there, is rolled back there, and moves back, while jobs flow. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { goodUp, outputs } = stagingIn(sandbox);

const [project, environment, service] = [randomUUID(), randomUUID(), "shop-worker-staging"];
/** Numbered jobs over all moves; about as long as those take, in seconds. */
const jobs = Number(process.env["ROLLOUT_JOBS"] ?? 1000);
const spread = 90;
let place: JobPlace;
let flow: JobFlow;

interface Deployment {
  readonly id: string;
  readonly status: string;
  readonly meta: { readonly image: string };
  readonly instances: readonly { readonly status: string }[];
}

/** What of the service works, as Railway itself shows it. */
async function onRailway(): Promise<readonly Deployment[]> {
  const answer = await callCloud<{
    data: { project: { services: { edges: readonly { node: { id: string; name: string } }[] } } };
  }>(...([sandbox, "railway", "POST", "/graphql/v2"] as const), {
    query: "query ($id: String!) { project(id: $id) { services { edges { node { id name } } } } }",
    variables: { id: project },
  });
  const found = answer.data.project.services.edges.find(({ node }) => node.name === service);
  expect(found, "the service").toBeDefined();
  const { data } = await callCloud<{
    data: { serviceInstance: { activeDeployments: readonly Deployment[] } };
  }>(...([sandbox, "railway", "POST", "/graphql/v2"] as const), {
    query:
      "query ($e: String!, $s: String!) { serviceInstance(environmentId: $e, serviceId: $s) { activeDeployments { id status meta instances { status } } } }",
    variables: { e: environment, s: found?.node.id },
  });
  return data.serviceInstance.activeDeployments;
}

/** Moves the worker by its one setting. */
async function moveTo(host: string): Promise<string> {
  await sandbox.read(
    "pulumi",
    "config",
    "set",
    "--stack",
    "staging",
    "--path",
    "rollout:workers.worker.host",
    host,
  );
  return goodUp();
}

beforeAll(async () => {
  changeSettings(checkout, "staging", {
    railway: { project, environment, services: { worker: service } },
    // All numbered jobs come from one client, and the smoke tests' plans too.
    variables: { web: { API_PLANS_PER_MINUTE: "100000", API_UNFINISHED_PLANS: "100000" } },
  });
  checkout.commit("Give the worker a service on Railway");
  await goodUp();
  place = await outputs();
  await noteEveryEnd(place.databaseUrl);
}, 300_000);

describe("a worker that moves between hosts", { timeout: 600_000 }, () => {
  let image = "";
  let newer = "";

  it("runs on Railway after one setting, by the image that was proven, and nowhere else", async () => {
    expect(await onRailway()).toEqual([]);
    flow = startJobs(place, "moved", jobs / spread);
    const before = await outputs();
    image = before.workers[app]?.image ?? "";
    const output = await moveTo("railway");
    expect(acted(output)).toEqual(
      expect.arrayContaining(["worker-deployment", "worker-fly-drained", "smoke", "status"]),
    );
    expect(acted(output)).not.toContain("worker-image");
    expect(await onRailway()).toMatchObject([
      { status: "SUCCESS", meta: { image }, instances: [{ status: "RUNNING" }] },
    ]);
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(await machinesOf(sandbox, app)).toEqual([]);
    expect(Object.keys((await outputs()).workers)).toContain(service);
  });

  it("does nothing when it is rolled out again, and shows no drift", async () => {
    expect(acted(await goodUp())).toEqual([]);
    const { status, output } = await sandbox.run("bin/rollout", "drift", "--stack", "staging");
    expect(status, output).toBe(0);
  });

  it("gets a release there, and the earlier image again by a rollback", async () => {
    changeApplication(checkout, "newer", "worker");
    newer = checkout.commit("Change the worker");
    await goodUp();
    const [deployed] = await onRailway();
    expect(deployed?.meta.image).not.toBe(image);
    const { status, output } = await sandbox.run("bin/rollout", "rollback", "--stack", "staging");
    expect(status, output).toBe(0);
    expect(await onRailway()).toMatchObject([{ status: "SUCCESS", meta: { image } }]);
  });

  it("is shown by status and logs", async () => {
    const status = await sandbox.read("bin/rollout", "status", "--stack", "staging");
    expect(status).toContain(`${service} on Railway: 1 replica`);
    const logs = await sandbox.read("bin/rollout", "logs", "worker", "--stack", "staging");
    expect(logs).toContain("worker_start");
  });

  it("moves back to Fly.io, with every job done once", async () => {
    checkout.git("checkout", "--quiet", newer);
    await moveTo("fly");
    expect(await onRailway()).toEqual([]);
    expect(await machinesOf(sandbox, app)).toHaveLength(1);
    const count = await flow.end(jobs);
    console.log(
      `Fly.io → Railway → Fly.io: ${String(count.posted)} jobs, ${String(count.lost.length)} lost, ` +
        `${String(count.twice.length)} done twice, ${String(count.takenAgain)} taken again`,
    );
    expect(count).toMatchObject({ refused: [], lost: [], twice: [] });
    expect(count.posted).toBeGreaterThanOrEqual(jobs);
  });

  it("leaves no secret in what was printed or kept", async () => {
    await expectNoSecret(sandbox, await secretsOf(sandbox, "staging"), {
      but: { "cloud/railway/state.json": "Railway gives services their variables" },
    });
  });
});

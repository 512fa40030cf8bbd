import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RailwayState } from "../../sandbox/cloud/railway/state.ts";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import type { JobPlace } from "./job-count.ts";
import { noteEveryEnd } from "./job-count.ts";
import type { JobFlow } from "./numbered-jobs.ts";
import { startJobs } from "./numbered-jobs.ts";
import { callCloud, machinesOf } from "./observe.ts";
import type { Ended } from "./sandbox.ts";
import { acted, stagingIn, worker as app } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";

/** A worker moves from Fly.io to Railway, gets a release there, is rolled back there, and moves back, while jobs flow. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { goodUp, outputs } = stagingIn(sandbox);

const [project, environment, service] = [randomUUID(), randomUUID(), "shop-worker-staging"];
/** Numbered jobs over all moves; about as long as those take, in seconds. */
const jobs = Number(process.env["ROLLOUT_JOBS"] ?? 1000);
const spread = 90;
/** How a rollout ended while the service was another's. */
let foreign: Ended;
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

const configSet = ["pulumi", "config", "set", "--stack", "staging", "--path"];

const setHost = (host: string): Promise<string> =>
  sandbox.read(...configSet, "rollout:workers.worker.host", host);

/** Moves the worker by its one setting. */
async function moveTo(host: string): Promise<string> {
  await setHost(host);
  return goodUp();
}

/** One call of Railway's API, past every tool. */
async function railwayCall<Value>(query: string, variables: object): Promise<Value> {
  const { data, errors } = await callCloud<{ data?: Readonly<Record<string, Value>>; errors?: unknown }>(
    ...([sandbox, "railway", "POST", "/graphql/v2"] as const),
    { query, variables },
  );
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Value;
}

/** What Railway has of the services, as the emulator keeps it. */
function instances(): RailwayState["instances"][string][] {
  const file = join(sandbox.home, "cloud", "railway", "state.json");
  return Object.values((JSON.parse(readFileSync(file, "utf8")) as RailwayState).instances);
}

beforeAll(async () => {
  changeSettings(checkout, "staging", {
    railway: { project, environment, services: { worker: service } },
    // All numbered jobs come from one client, and the smoke tests' plans too.
    variables: { web: { API_PLANS_PER_MINUTE: "100000", API_UNFINISHED_PLANS: "100000" } },
  });
  checkout.commit("Give the worker a service on Railway");
  const { id } = await railwayCall<{ id: string }>(
    "mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }",
    { input: { projectId: project, name: service } },
  );
  foreign = await sandbox.run("bin/rollout", "up", "--stack", "staging");
  await railwayCall("mutation ($id: String!) { serviceDelete(id: $id) }", { id });
  await goodUp();
  place = await outputs();
  await noteEveryEnd(place.databaseUrl);
}, 300_000);

describe("a worker that moves between hosts", { timeout: 600_000 }, () => {
  let image = "";
  let newer = "";

  it("is refused a service that another has made, by the gate, before anything is written", () => {
    expect(foreign.status, foreign.output).toBe(3);
    expect(foreign.output).toContain(
      `Railway service ${project}/${service} exists and was not made by this stack (no deployment works)`,
    );
    expect(foreign.output).toContain("set a name that nothing has yet in Pulumi.staging.yaml");
  });

  it("shows a move to Railway in the preview, and what it costs", async () => {
    await setHost("railway");
    const preview = await sandbox.read("bin/rollout", "preview", "--stack", "staging");
    for (const line of ["deleted: no deployments of", "created: worker", "created: variables of"])
      expect(preview).toContain(`- ${line} \`${service}\``);
    expect(preview).toContain(`- deleted: worker \`${app}\``);
    expect(preview).not.toContain("Cannot be undone");
    const cost = await sandbox.read("bin/rollout", "cost", "--stack", "staging");
    expect(cost).toMatch(/^Railway +replicas of worker +/m);
    expect(cost).not.toContain("machines of worker ");
    await setHost("fly");
  });

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

  it("is spread over regions, with a limit, by one further setting each", async () => {
    await sandbox.read(...configSet, "rollout:fly.machines.worker.count", "2");
    await sandbox.read(...configSet, "rollout:railway.regions[0]", "europe-west4");
    await sandbox.read(...configSet, "rollout:railway.regions[1]", "us-west2");
    await sandbox.read(...configSet, "rollout:railway.limits.worker.memoryGb", "0.5", "--type", "float");
    await goodUp();
    expect(await onRailway()).toMatchObject([
      { status: "SUCCESS", instances: [{ status: "RUNNING" }, { status: "RUNNING" }] },
    ]);
    const placed = { "europe-west4": { numReplicas: 1 }, "us-west2": { numReplicas: 1 } };
    expect(instances()).toMatchObject([{ config: { multiRegionConfig: placed, limits: { memoryGB: 0.5 } } }]);
  });

  it("is found to have another limit, set at Railway itself, and gets its own again", async () => {
    const [{ serviceId } = { serviceId: "" }] = instances();
    const set =
      "mutation ($input: ServiceInstanceLimitsUpdateInput!) { serviceInstanceLimitsUpdate(input: $input) }";
    await railwayCall(set, { input: { environmentId: environment, serviceId, memoryGB: 8 } });
    const { status, output } = await sandbox.run("bin/rollout", "drift", "--stack", "staging");
    expect(status, output).toBe(1);
    expect(output).toContain("its limit is 8 GB of memory and not 0.5");
    await sandbox.read("bin/rollout", "up", "--stack", "staging", "--refresh");
    expect(instances()).toMatchObject([{ config: { limits: { memoryGB: 0.5 } } }]);
  });

  it("is looked at by doctor, which names a token that is missing and one that Railway refuses", async () => {
    const rows = async (...environment: readonly string[]): Promise<readonly string[]> => {
      const doctor = ["bin/rollout", "doctor", "--stack", "staging"];
      const { output } = await sandbox.run("env", ...environment, ...doctor);
      const lines = output.split("\n").filter((line) => line.startsWith("Railway"));
      return lines.map((line) => line.replaceAll(/ +/g, " "));
    };
    expect(await rows()).toEqual([
      `Railway token holds the token may read the environment ${environment} of the project`,
      "Railway image token holds FLY_REGISTRY_TOKEN is set",
      `Railway service ${service} holds is there`,
    ]);
    expect(await rows("-u", "FLY_REGISTRY_TOKEN")).toContain(
      "Railway image token does not hold FLY_REGISTRY_TOKEN is not set, by which Railway pulls the workers' image",
    );
    const [refused] = await rows("RAILWAY_API_TOKEN=expired");
    expect(refused).toContain("Railway token does not hold railway refused environment: Not Authorized");
  });

  it("is shown by status and logs", async () => {
    const status = await sandbox.read("bin/rollout", "status", "--stack", "staging");
    expect(status).toContain(`${service} on Railway: 2 replicas`);
    const logs = await sandbox.read("bin/rollout", "logs", "worker", "--stack", "staging");
    expect(logs).toContain("worker_start");
  });

  it("moves back to Fly.io, with every job done once", async () => {
    checkout.git("checkout", "--quiet", newer);
    await moveTo("fly");
    expect(await onRailway()).toEqual([]);
    expect(await machinesOf(sandbox, app)).toHaveLength(2);
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

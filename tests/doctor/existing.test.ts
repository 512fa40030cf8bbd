import { beforeAll, describe, expect, it } from "vitest";
import { recordAsMade } from "./accounts-under-test.ts";
import { pushedCommit } from "../../sandbox/cloud/github/test-client.ts";
import { freePort } from "../../sandbox/cloud/test-context.ts";
import { app, at, commit, DoctorClouds } from "./doctor-clouds.ts";

const world = new DoctorClouds();

describe("a project that is there", { timeout: 120_000 }, () => {
  let projectId: string;
  beforeAll(async () => {
    projectId = (
      await world.neon.projects.create({ name: "atlaris", region_id: "aws-eu-central-1", pg_version: 18 })
    ).id;
    for (const name of [app, "atlaris-worker-regenerator-staging", "atlaris-images"])
      expect(await world.createApp(name)).toBe(201);
    await recordAsMade(world.access().github, commit, [
      ...["Neon project atlaris", "Neon branch atlaris/staging", `Fly app ${app}`],
      ...["Fly app atlaris-worker-regenerator-staging", "Fly app atlaris-images"],
    ]);
  }, 120_000);

  it("holds, and so does all else", async () => {
    expect(await world.failing()).toEqual([]);
    expect(await world.failing({ stack: "prod" })).toEqual([]);
  });

  it("is announced where region or version differ, since neither can be changed", async () => {
    expect(await world.failing({ settings: { neon: { region: "aws-us-east-1" } } })).toEqual([
      "Neon project",
    ]);
  });

  it("has no room on the plan Free where its branches are used up, nor a protected one", async () => {
    const left = 10 - (await world.neon.branches.list({ projectId }).all()).length;
    for (let made = 0; made < left - 2; made += 1)
      await world.neon.branches.create({ projectId, name: `b${String(made)}`, noCompute: true });
    await world.setAccounts({ "neon.plan": "free" });
    const settings = { neon: { historyRetentionHours: 6, isProtected: true } };
    expect(await world.failing({ settings })).toEqual(["Neon branches", "Neon protected branch"]);
    const { id: branchId } = await world.neon.branches.create({
      projectId,
      name: "staging",
      noCompute: true,
    });
    await world.neon.branches.create({ projectId, name: "backup", noCompute: true });
    await expect(
      world.neon.branches.create({ projectId, name: "copy", noCompute: true }),
    ).rejects.toMatchObject({
      status: 422,
    });
    await expect(world.neon.branches.update({ projectId, branchId, protected: true })).rejects.toMatchObject({
      status: 422,
    });
  });

  it("has no other suspend timeout on the plan Free", async () => {
    await world.setAccounts({ "neon.plan": "free" });
    const compute = { minUnits: 0.25, maxUnits: 1, suspendSeconds: 600 };
    const found = await world.failing({ settings: { neon: { historyRetentionHours: 6, compute } } });
    expect(found).toContain("Neon suspend timeout");
    const [branch] = await world.neon.branches.list({ projectId }).all();
    const endpoint = { projectId, branch_id: branch?.id ?? "", type: "read_write" } as const;
    await expect(
      world.neon.postgres.endpoints.create({ ...endpoint, suspend_timeout_seconds: 600 }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it("has a deploy token of one app announced, with the apps that it is not for", async () => {
    await world.setAccounts({ "fly.token": "deploy" });
    const found = await world.examine();
    expect(found.find(({ name }) => name === "Fly token")).toMatchObject({
      verdict: "fails",
      found: `FLY_ACCESS_TOKEN is for ${app}, and a rollout needs atlaris-worker-regenerator-staging, atlaris-images too`,
      fix: expect.stringContaining("fly tokens create org") as unknown,
    });
    expect(await world.fly("GET", "/v1/apps/atlaris-images/secrets")).toBe(403);
  });

  it("holds with a deploy token for each app", async () => {
    await world.setAccounts({ "fly.token": "deploy-each" });
    expect(await world.failing()).toEqual([]);
  });

  it("has machines refused in a region that Fly has given up", async () => {
    const machines = { worker: { count: 1, regions: ["mad"] }, regenerator: { count: 1 } };
    expect(await world.failing({ settings: { fly: { machines } } })).toEqual(["Fly regions"]);
    const machine = { region: "mad", config: { image: "registry.fly.io/x:y" } };
    expect(await world.fly("POST", `/v1/apps/${app}/machines`, machine)).toBe(422);
  });
});

it("announces what exists under the stack's names and was not made by it, which the gate refuses", async () => {
  expect(await world.createApp("old-worker")).toBe(201);
  const settings = { fly: { apps: { worker: "old-worker", regenerator: "new-regenerator" } } };
  const found = (await world.examine({ stack: "prod", settings })).find(
    ({ name }) => name === "existing things",
  );
  expect(found).toMatchObject({
    verdict: "fails",
    found: "the gate refuses a rollout over what this stack has not made: Fly app old-worker",
    fix: "to take over what exists as it is: bin/rollout adopt --stack prod",
  });
}, 60_000);

it("announces CI that failed or was not reported for the commit", async () => {
  const other = pushedCommit("red");
  await world.github.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", {
    ...at,
    sha: other,
    state: "failure",
  });
  expect(await world.failing({ commit: other })).toContain("GitHub CI");
}, 60_000);

it("announces a vercel.app address that another account has", async () => {
  const settings = { vercel: { domain: "taken.vercel.app" } };
  const taken: typeof fetch = () => Promise.resolve(new Response("", { status: 200 }));
  expect(await world.failing({ settings, look: taken })).toContain("Vercel address");
  expect(await world.failing({ settings })).not.toContain("Vercel address");
}, 60_000);

it("does not know whether another account has an address that does not answer", async () => {
  const silent: typeof fetch = () => Promise.reject(new Error("no route"));
  const found = await world.examine({ look: silent });
  expect(found.find(({ name }) => name === "Vercel address")?.verdict).toBe("unknown");
}, 60_000);

it("lists what cannot be known, and why, and stops for none of it", async () => {
  const broken = {
    ...world.access(),
    vercel: { baseUrl: `http://127.0.0.1:${String(await freePort())}`, token: "t" },
  };
  const found = await world.examine({ access: broken });
  const unknown = found.filter(({ verdict }) => verdict === "unknown");
  expect(unknown.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["Fly capacity", "Vercel token", "Vercel project", "GitHub rights"]),
  );
  expect(unknown.find(({ name }) => name === "Vercel token")?.found).toContain("ECONNREFUSED");
}, 60_000);

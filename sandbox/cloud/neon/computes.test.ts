import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createConnection } from "node:net";
import type { Branch } from "@neon/sdk";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { connect, refusal, sql, within, type TestNeon } from "./test-client.ts";

let cloud: TestCloud;
let neon: TestNeon;
let projectId: string;
let main: Branch;
let endpointId: string;
let uri: string;

beforeAll(async () => {
  cloud = await openTestCloud("neon", open);
  neon = connect(cloud);
  projectId = (await neon.projects.create({ name: "atlaris" })).id;
  main = await neon.branches.getDefault({ projectId });
  endpointId = (await neon.postgres.endpoints.list({ projectId }))[0]?.id ?? "";
  uri = await neon.postgres.connectionString({
    projectId,
    roleName: "neondb_owner",
    databaseName: "neondb",
    pooled: true,
  });
  await sql(uri, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
});

afterAll(() => cloud.close());

const state = async (): Promise<unknown> =>
  (await neon.postgres.endpoints.get({ projectId, endpointId })).current_state;
const servers = (): readonly string[] => cloud.emulator.running().map((each) => each.state);

describe("A compute", () => {
  it("sleeps on request, costs no process then, and wakes for connections that come at once", async () => {
    await neon.postgres.endpoints.suspend({ projectId, endpointId });
    expect(await state()).toBe("idle");
    expect(servers()).toEqual(["suspended"]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => sql(uri, "SELECT topic FROM plan")));
    expect(answers).toEqual(Array.from({ length: 8 }, () => [{ topic: "Rust" }]));
    expect(await state()).toBe("active");
    const actions = (await neon.operations.list({ projectId }).all()).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(["start_compute", "suspend_compute"]);
  });

  it("sleeps automatically when no statement came for its time, but not while one runs", async () => {
    await neon.postgres.endpoints.update({ projectId, endpointId, suspend_timeout_seconds: 1 });
    const client = new pg.Client({ connectionString: uri });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("SELECT pg_sleep(3)");
    expect(await state()).toBe("active");
    await expect.poll(state, within).toBe("idle");
    await expect(client.query("SELECT 1"), "an idle session is cut").rejects.toThrow();
    expect(await sql(uri, "SELECT topic FROM plan")).toHaveLength(1);
    await neon.postgres.endpoints.update({ projectId, endpointId, suspend_timeout_seconds: -1 });
  });

  it("is woken by what is to be done in it", async () => {
    await neon.postgres.endpoints.suspend({ projectId, endpointId });
    await neon.postgres.roles.create({ projectId, branchId: main.id, name: "app" });
    expect(await state()).toBe("active");
    await neon.postgres.roles.delete({ projectId, branchId: main.id, roleName: "app" });
  });

  it("starts, restarts and changes its size, and accepts no connection while it is disabled", async () => {
    await neon.postgres.endpoints.restart({ projectId, endpointId });
    const changed = await neon.postgres.endpoints.update({
      projectId,
      endpointId,
      autoscaling_limit_max_cu: 4,
      name: "primary",
    });
    expect(changed).toMatchObject({ autoscaling_limit_max_cu: 4, name: "primary" });
    expect(
      await refusal(neon.postgres.endpoints.update({ projectId, endpointId, autoscaling_limit_min_cu: 8 })),
    ).toMatchObject({ status: 400 });
    await neon.postgres.endpoints.update({ projectId, endpointId, disabled: true });
    await expect(sql(uri, "SELECT 1")).rejects.toThrow();
    expect(await refusal(neon.postgres.endpoints.start({ projectId, endpointId }))).toMatchObject({
      status: 422,
    });
    await neon.postgres.endpoints.update({ projectId, endpointId, disabled: false });
    await neon.postgres.endpoints.start({ projectId, endpointId });
    expect(await state()).toBe("active");
    expect(
      await refusal(neon.postgres.endpoints.create({ projectId, branch_id: main.id, type: "read_write" })),
    ).toEqual({ status: 409, message: "read_write endpoint already exists" });
    expect(
      await refusal(neon.postgres.endpoints.create({ projectId, branch_id: main.id, type: "read_only" })),
    ).toMatchObject({ status: 400, message: expect.stringContaining("read-only") as string });
    expect(cloud.wire.refusedCalls().map(({ what }) => what)).toContainEqual(
      expect.stringContaining("read-only"),
    );
  });

  it("passes large answers completely, and forgets clients that hang up", async () => {
    const [row] = await sql(uri, "SELECT repeat('x', 20000000) AS text");
    expect(String(row?.["text"])).toHaveLength(20_000_000);
    const socket = createConnection(Number(new URL(uri).port), "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    const sessions = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'";
    await expect.poll(() => sql(uri, sessions), within).toEqual([{ n: 1 }]);
  });
});

describe("The sandbox", () => {
  it("stops at once and leaves no server, though clients come all the time", async () => {
    await neon.postgres.endpoints.suspend({ projectId, endpointId });
    let [isOver, answers] = [false, 0];
    const client = async (): Promise<void> => {
      while (!isOver)
        await sql(uri, "SELECT pg_sleep(0.05)").then(
          () => (answers += 1),
          () => new Promise(setImmediate),
        );
    };
    const clients = Array.from({ length: 5 }, client);
    await vi.waitUntil(() => answers > 0, within);
    // A stop that waited for it would never end.
    const endless = expect(sql(uri, "SELECT pg_sleep(86400)")).rejects.toThrow();
    const asleep = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(86400)%'";
    await expect.poll(() => sql(uri, asleep), within).toHaveLength(1);
    cloud = await cloud.reopen();
    await endless;
    isOver = true;
    await Promise.all(clients);
    neon = connect(cloud);
    expect(await sql(uri, "SELECT topic FROM plan")).toHaveLength(1);
    const { runFolder } = cloud.context.home;
    expect(readdirSync(runFolder).filter((name) => !name.endsWith(".next"))).toHaveLength(1);
  });
});

describe("What a plan allows", () => {
  it("is answered as Neon answers it, when there is no room for more", async () => {
    process.env["SANDBOX_NEON_PLAN"] = "free";
    try {
      cloud = await cloud.reopen();
    } finally {
      delete process.env["SANDBOX_NEON_PLAN"];
    }
    neon = connect(cloud);
    for (let at = 1; at < 10; at += 1)
      await neon.branches.create({ projectId, name: `b${at}`, noCompute: true });
    const refused = await fetch(`${cloud.origin}/api/v2/projects/${projectId}/branches`, {
      method: "POST",
      headers: { authorization: `Bearer ${cloud.token}` },
    });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      code: "BRANCHES_LIMIT_EXCEEDED",
      message: "branches limit exceeded",
    });
    const b1 = (await neon.branches.list({ projectId, search: "b1" }).all())[0]?.id ?? "";
    expect(await refusal(neon.branches.update({ projectId, branchId: b1, protected: true }))).toMatchObject({
      status: 422,
    });
    expect(
      await refusal(neon.projects.update({ projectId, history_retention_seconds: 86_400 })),
    ).toMatchObject({ status: 400, message: expect.stringContaining('max:"21600"') as string });
    await neon.branches.delete({ projectId, branchId: b1 });
    for (const name of ["r1", "r2"]) {
      const branch = await neon.branches.create({
        projectId,
        name,
        init_source: "schema-only",
        noCompute: true,
      });
      expect(branch.parent_id).toBeUndefined();
      const spare = (await neon.branches.list({ projectId, search: "b" }).all()).find(({ name }) =>
        /^b\d$/.test(name),
      );
      await neon.branches.delete({ projectId, branchId: spare?.id ?? "" });
    }
    expect(
      await refusal(neon.branches.create({ projectId, init_source: "schema-only", noCompute: true })),
    ).toEqual({ status: 422, message: "root branches limit exceeded" });
  }, 120_000);
});

describe("A branch and its database", () => {
  it("become the default one, are renamed and change hands", async () => {
    const branch = (await neon.branches.list({ projectId, search: "r1" }).all())[0];
    await neon.branches.setDefault({ projectId, branchId: branch?.id ?? "" });
    expect((await neon.branches.getDefault({ projectId })).name).toBe("r1");
    await neon.branches.setDefault({ projectId, branchId: main.id });
    await neon.postgres.roles.create({ projectId, branchId: main.id, name: "app" });
    const database = await neon.postgres.databases.update({
      projectId,
      branchId: main.id,
      databaseName: "neondb",
      name: "atlaris",
      owner_name: "app",
    });
    expect(database).toMatchObject({ name: "atlaris", owner_name: "app" });
    const renamed = uri.replace(/neondb$/, "atlaris");
    expect(
      await sql(
        renamed,
        "SELECT current_database() AS name, pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()",
      ),
    ).toEqual([{ name: "atlaris", owner: "app" }]);
    await expect(sql(uri, "SELECT 1")).rejects.toThrow('database "neondb" does not exist');
  });
});

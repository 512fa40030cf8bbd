import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createNeonClient, type Branch } from "@neon/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { connect, refusal, sql, within, type TestNeon } from "./test-client.ts";

/** One sandbox for the complete file: what a test makes stays for the next, as in a project's life. */
let cloud: TestCloud;
let projectId: string;
let main: Branch;
let uri: string;

let neon: TestNeon;

const uriOf = (branchId: string, roleName: string, databaseName: string): Promise<string> =>
  neon.postgres.connectionString({ projectId, branchId, roleName, databaseName, pooled: false });

beforeAll(async () => {
  cloud = await openTestCloud("neon", open);
  neon = connect(cloud);
  const project = await neon.projects.create({ name: "atlaris", branch: { name: "production" } });
  projectId = project.id;
  main = await neon.branches.getDefault({ projectId });
});

afterAll(() => cloud.close());

describe("Neon on this machine", () => {
  it("makes a project whose database a role of one's own can log in to and use", async () => {
    const role = await neon.postgres.roles.create({ projectId, branchId: main.id, name: "app" });
    await neon.postgres.databases.create({
      projectId,
      branchId: main.id,
      name: "atlaris",
      owner_name: role.name,
    });
    uri = await uriOf(main.id, "app", "atlaris");
    expect(new URL(uri).password).toBe(role.password);
    await sql(uri, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
    expect(await sql(uri, "SELECT current_user AS me, topic FROM plan")).toEqual([
      { me: "app", topic: "Rust" },
    ]);
    expect(
      await sql(
        uri,
        "SELECT rolsuper, rolcreatedb, pg_has_role('neon_superuser', 'member') AS member FROM pg_roles WHERE rolname = 'app'",
      ),
    ).toEqual([{ rolsuper: false, rolcreatedb: true, member: true }]);
    const pooled = await neon.postgres.connectionString({
      projectId,
      branchId: main.id,
      roleName: "app",
      databaseName: "atlaris",
    });
    expect(await sql(pooled, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect((await neon.projects.list({ search: "tlari" }).all()).map(({ id }) => id)).toEqual([projectId]);
  });

  it("gives a branch the data and the passwords of its parent, and nothing that happens later", async () => {
    const branch = await neon.branches.create({ projectId, name: "staging", parent_id: main.id });
    expect(branch.current_state).toBe("init");
    expect((await neon.branches.get({ projectId, branchId: branch.id })).current_state).toBe("ready");
    const copy = await uriOf(branch.id, "app", "atlaris");
    expect(new URL(copy).password).toBe(new URL(uri).password);
    expect(new URL(copy).port).not.toBe(new URL(uri).port);
    await sql(uri, "INSERT INTO plan VALUES ('Go')");
    expect(await sql(copy, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
    await sql(copy, "DELETE FROM plan");
    expect(await sql(uri, "SELECT count(*)::int AS plans FROM plan")).toEqual([{ plans: 2 }]);
  });

  it("lets no old password in after a reset", async () => {
    const staging = await branchNamed("staging");
    const before = await uriOf(staging.id, "app", "atlaris");
    const role = await neon.postgres.roles.resetPassword({
      projectId,
      branchId: staging.id,
      roleName: "app",
    });
    await expect(sql(before, "SELECT 1")).rejects.toThrow("password authentication failed");
    const after = await uriOf(staging.id, "app", "atlaris");
    expect(new URL(after).password).toBe(role.password);
    expect(await sql(after, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await sql(uri, "SELECT 1 AS one"), "the parent's password is its own").toEqual([{ one: 1 }]);
  });

  it("keeps a backup branch without a server, and starts one when it gets an endpoint", async () => {
    const expires = new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString();
    const backup = await neon.branches.create({
      projectId,
      name: "backup",
      parent_id: main.id,
      expires_at: expires,
      noCompute: true,
    });
    expect(backup.ttl_interval_seconds).toBeCloseTo(3 * 24 * 3600, -1);
    expect(cloud.emulator.running().find(({ what }) => what.endsWith("/backup"))).toEqual({
      what: "atlaris/backup",
      state: "no compute",
    });
    expect((await refusal(uriOf(backup.id, "app", "atlaris"))).status).toBe(404);
    await neon.postgres.endpoints.create({ projectId, branch_id: backup.id, type: "read_write" });
    expect(
      await sql(await uriOf(backup.id, "app", "atlaris"), "SELECT count(*)::int AS plans FROM plan"),
    ).toEqual([{ plans: 2 }]);
  });

  it("deletes a branch whose time is over", async () => {
    const after = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
    const input = { projectId, name: "short-lived", parent_id: main.id, expires_at: after(3600) };
    const { id } = await neon.branches.create({ ...input, noCompute: true });
    const folder = join(installed(), "clusters", id);
    expect(existsSync(folder)).toBe(true);
    expect((await refusal(neon.branches.create({ projectId, parent_id: id }))).message).toMatch("expires");
    await neon.branches.update({ projectId, branchId: id, expires_at: after(4) });
    await expect.poll(() => existsSync(folder), within).toBe(false);
    expect((await refusal(neon.branches.get({ projectId, branchId: id }))).status).toBe(404);
  });

  it("gives children of a protected branch new passwords", async () => {
    await neon.branches.update({ projectId, branchId: main.id, protected: true });
    const branch = await neon.branches.create({ projectId, name: "child", parent_id: main.id });
    const copy = await uriOf(branch.id, "app", "atlaris");
    expect(new URL(copy).password).not.toBe(new URL(uri).password);
    expect(await sql(copy, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect((await refusal(neon.branches.delete({ projectId, branchId: main.id }))).message).toMatch(
      "protected",
    );
    await neon.branches.update({ projectId, branchId: main.id, protected: false });
    await neon.branches.delete({ projectId, branchId: branch.id });
    await expect(sql(copy, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
    expect((await refusal(neon.branches.get({ projectId, branchId: branch.id }))).status).toBe(404);
  });

  it("makes a schema-only branch that has tables and no rows", async () => {
    const branch = await neon.branches.create({ projectId, parent_id: main.id, init_source: "schema-only" });
    expect(branch.parent_id).toBeUndefined();
    expect(await sql(await uriOf(branch.id, "app", "atlaris"), "SELECT * FROM plan")).toEqual([]);
  });

  it("drops roles and databases, and what a role owned goes to the owner of the database", async () => {
    await neon.postgres.roles.create({ projectId, branchId: main.id, name: "guest" });
    await sql(
      await uriOf(main.id, "guest", "neondb"),
      "CREATE SCHEMA AUTHORIZATION guest CREATE TABLE note (text text)",
    );
    await neon.postgres.roles.delete({ projectId, branchId: main.id, roleName: "guest" });
    const owner = await uriOf(main.id, "neondb_owner", "neondb");
    expect(await sql(owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'note'")).toEqual([
      { tableowner: "neondb_owner" },
    ]);
    await neon.postgres.databases.delete({ projectId, branchId: main.id, databaseName: "neondb" });
    await expect(sql(owner, "SELECT 1")).rejects.toThrow('database "neondb" does not exist');
    await neon.postgres.roles.delete({ projectId, branchId: main.id, roleName: "neondb_owner" });
    expect(
      (await neon.postgres.roles.list({ projectId, branchId: main.id })).map(({ name }) => name),
    ).toEqual(["app"]);
  });

  it("answers 423 while an operation runs, and 200 after it", async () => {
    const role = { projectId, branchId: main.id, roleName: "app" };
    await neon.branches.create({ projectId, name: "slow", noCompute: true }, { waitForReadiness: false });
    expect(await refusal(neon.postgres.roles.resetPassword(role))).toEqual({
      status: 423,
      message: "project already has running conflicting operations, scheduling of new ones is prohibited",
    });
    await expect
      .poll(async () => (await neon.operations.list({ projectId }).all())[0]?.status, within)
      .toBe("finished");
    await neon.postgres.roles.resetPassword(role);
    uri = await uriOf(main.id, "app", "atlaris");
  });

  it("refuses what Neon refuses, in Neon's form", async () => {
    const branch = (fields: object) =>
      refusal(neon.branches.create({ projectId, noCompute: true, ...fields }));
    const days = (count: number): string => new Date(Date.now() + count * 24 * 3600 * 1000).toISOString();
    expect(await branch({ expires_at: days(-1) })).toMatchObject({ status: 400, message: /future/ });
    expect(await branch({ expires_at: days(31) })).toMatchObject({ status: 400, message: /30 days/ });
    expect(await branch({ expires_at: "tomorrow" })).toMatchObject({ status: 400, message: /RFC 3339/ });
    expect(await branch({ expires_at: days(1), protected: true })).toMatchObject({ status: 400 });
    expect(await branch({ name: "staging" })).toMatchObject({ status: 409 });
    expect(await branch({ parent_id: "br-none-00000000" })).toMatchObject({ status: 404 });
    expect(await branch({ colour: "blue" })).toEqual({
      status: 400,
      message: expect.stringContaining("colour") as string,
    });
    expect(await refusal(neon.branches.delete({ projectId, branchId: main.id }))).toMatchObject({
      status: 422,
    });
    expect(
      await refusal(neon.branches.update({ projectId, branchId: main.id, expires_at: days(1) })),
    ).toMatchObject({ status: 400 });
    expect(
      await refusal(neon.postgres.roles.delete({ projectId, branchId: main.id, roleName: "app" })),
    ).toMatchObject({ status: 422, message: expect.stringContaining("atlaris") as string });
    const stranger = createNeonClient({
      apiKey: "wrong",
      baseUrl: `${cloud.origin}/api/v2`,
      throwOnError: true,
    });
    expect(await refusal(stranger.projects.get({ projectId }))).toEqual({
      status: 401,
      message: "supplied credentials do not pass authentication",
    });
    const unknown = await fetch(`${cloud.origin}/api/v2/projects/${projectId}/branches/${main.id}`);
    expect(Object.keys((await unknown.json()) as object)).toEqual(["request_id", "code", "message"]);
  });

  it("starts a server again that was killed, and has all after the sandbox was opened again", async () => {
    await sql(uri, "INSERT INTO plan VALUES ('Zig')");
    process.kill(serverOf(main.id), "SIGKILL");
    await expect
      .poll(() => sql(uri, "SELECT count(*)::int AS plans FROM plan").catch(() => []), within)
      .toEqual([{ plans: 3 }]);
    const staging = await branchNamed("staging");
    const stagingUri = await uriOf(staging.id, "app", "atlaris");
    cloud = await cloud.reopen();
    neon = connect(cloud);
    expect(await sql(uri, "SELECT count(*)::int AS plans FROM plan")).toEqual([{ plans: 3 }]);
    expect(await sql(stagingUri, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await uriOf(staging.id, "app", "atlaris")).toBe(stagingUri);
  });

  it("removes a project with all that runs for it", async () => {
    await neon.projects.delete({ projectId });
    expect((await refusal(neon.projects.get({ projectId }))).status).toBe(404);
    await expect.poll(() => sql(uri, "SELECT 1").catch(String), within).toMatch("ECONNREFUSED");
    expect(cloud.emulator.running()).toEqual([]);
  });
});

async function branchNamed(name: string): Promise<Branch> {
  const branch = (await neon.branches.list({ projectId, search: name }).all())[0];
  if (!branch) throw new Error(`no branch ${name}`);
  return branch;
}

/** The process id of a branch's server, by the record that the keeper has of it. */
function serverOf(branchId: string): number {
  const { runFolder } = cloud.context.home;
  const record = readdirSync(runFolder).find(
    (file) => readFileSync(join(runFolder, file), "utf8").split("\n")[0] === `neon-${branchId}`,
  );
  return Number(record?.split("-")[0]);
}

/** Where the clusters are: in the sandbox's home, or where its pointer leads. */
function installed(): string {
  const pointer = join(cloud.context.dataFolder, "postgres-folder");
  return existsSync(pointer) ? readFileSync(pointer, "utf8") : cloud.context.dataFolder;
}

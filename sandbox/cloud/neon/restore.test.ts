import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Branch } from "@neon/sdk";
import { createApiClient, type BranchRestoreRequest } from "@neondatabase/api-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { connect, moment, refusal, sql, type TestNeon } from "./test-client.ts";

/** What a test makes stays for the next. */
let cloud: TestCloud;
let neon: TestNeon;
let projectId: string;
let main: Branch;
let uri: string;

const names = { roleName: "neondb_owner", databaseName: "neondb", pooled: false };
const uriOf = (branchId: string): Promise<string> =>
  neon.postgres.connectionString({ projectId, branchId, ...names });
const topics = async (at: string): Promise<unknown[]> =>
  (await sql(at, "SELECT topic FROM plan ORDER BY topic")).map(({ topic }) => topic);
const write = (at: string, topic: string): Promise<unknown> =>
  sql(at, `INSERT INTO plan VALUES ('${topic}')`);

/** The other official client has this call in its own words. */
async function restore(branchId: string, request: BranchRestoreRequest): Promise<Branch> {
  const { data } = await api.restoreProjectBranch(projectId, branchId, request);
  expect(data.branch.current_state).toBe("resetting");
  await neon.operations.waitFor({ operations: data.operations });
  return neon.branches.get({ projectId, branchId });
}
const restoreRefused = async (branchId: string, request: BranchRestoreRequest): Promise<unknown> => {
  const { status, data } = await api.restoreProjectBranch(projectId, branchId, request, {
    validateStatus: () => true,
  });
  return { status, message: (data as unknown as { message: string }).message };
};
let api: ReturnType<typeof createApiClient>;

beforeAll(async () => {
  cloud = await openTestCloud("neon", open);
  neon = connect(cloud);
  api = createApiClient({ apiKey: cloud.token, baseURL: `${cloud.origin}/api/v2` });
  projectId = (await neon.projects.create({ name: "atlaris", branch: { name: "production" } })).id;
  main = await neon.branches.getDefault({ projectId });
  uri = await uriOf(main.id);
  await sql(uri, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
});

afterAll(() => cloud.close());

const branchNamed = async (name: string): Promise<Branch> => {
  const found = (await neon.branches.list({ projectId }).all()).find((branch) => branch.name === name);
  if (!found) throw new Error(`no branch ${name}`);
  return found;
};

describe("Restore of a branch", () => {
  it("brings a root branch back to a moment, and keeps what it was under another name", async () => {
    const child = await neon.branches.create({
      projectId,
      name: "child",
      parent_id: main.id,
      noCompute: true,
    });
    const before = await moment();
    await sql(uri, "CREATE ROLE someone; DROP TABLE plan");
    await neon.postgres.roles.create({ projectId, branchId: main.id, name: "late" });
    await neon.postgres.roles.resetPassword({ projectId, branchId: main.id, roleName: "neondb_owner" });
    const current = await uriOf(main.id);
    const restored = await restore(main.id, {
      source_branch_id: main.id,
      source_timestamp: before,
      preserve_under_name: "production-old",
    });
    expect(restored).toMatchObject({
      id: main.id,
      name: "production",
      default: true,
      current_state: "ready",
    });
    expect(restored.parent_id, "a root branch stays one").toBeUndefined();
    expect(restored.last_reset_at).toBeDefined();
    expect(await uriOf(main.id), "the connection string is the same").toBe(current);
    uri = current;
    expect(await topics(uri)).toEqual(["Rust"]);
    expect(
      (await neon.postgres.roles.list({ projectId, branchId: main.id })).map(({ name }) => name),
      "roles are those of that moment",
    ).toEqual(["neondb_owner"]);
    const old = await branchNamed("production-old");
    expect(old.parent_id).toBeUndefined();
    expect((await neon.branches.get({ projectId, branchId: child.id })).parent_id).toBe(old.id);
    await neon.postgres.endpoints.create({ projectId, branch_id: old.id, type: "read_write" });
    await expect(topics(await uriOf(old.id))).rejects.toThrow('relation "plan" does not exist');
  });

  it("restores a restored branch again, to any moment since, though much was written between", async () => {
    await write(uri, "Go");
    // More of the log than a server keeps, so that the archive is needed.
    await sql(uri, "CREATE TABLE noise AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 45000)");
    await sql(uri, "DROP TABLE noise");
    const endpoint = (await neon.postgres.endpoints.list({ projectId })).find(
      ({ branch_id: branchId }) => branchId === main.id,
    );
    await neon.postgres.endpoints.suspend({ projectId, endpointId: endpoint?.id ?? "" });
    const before = await moment();
    await sql(uri, "DELETE FROM plan");
    await restore(main.id, {
      source_branch_id: main.id,
      source_timestamp: before,
      preserve_under_name: "second-old",
    });
    expect(await topics(uri)).toEqual(["Go", "Rust"]);
    const latest = await moment();
    await restore(main.id, {
      source_branch_id: main.id,
      source_timestamp: latest,
      preserve_under_name: "third-old",
    });
    expect(await topics(uri), "a moment after the last write is what there is").toEqual(["Go", "Rust"]);
  });

  it("restores to a place in the log", async () => {
    const [at] = await sql(uri, "SELECT pg_current_wal_flush_lsn() AS lsn");
    await write(uri, "Zig");
    await restore(main.id, {
      source_branch_id: main.id,
      source_lsn: String(at?.["lsn"]),
      preserve_under_name: "fourth-old",
    });
    expect(await topics(uri)).toEqual(["Go", "Rust"]);
  });

  it("makes a branch of a moment of its parent", async () => {
    const before = await moment();
    await write(uri, "Ada");
    const branch = await neon.branches.create({ projectId, parent_id: main.id, parent_timestamp: before });
    expect(branch).toMatchObject({ parent_id: main.id, parent_timestamp: before });
    expect(await topics(await uriOf(branch.id))).toEqual(["Go", "Rust"]);
    await neon.branches.delete({ projectId, branchId: branch.id });
  });

  it("restores from another branch, and resets to the parent, with connections that follow", async () => {
    const staging = await neon.branches.create({ projectId, name: "staging", parent_id: main.id });
    const stagingUri = await uriOf(staging.id);
    await neon.postgres.roles.resetPassword({ projectId, branchId: staging.id, roleName: "neondb_owner" });
    const own = await uriOf(staging.id);
    expect(own).not.toBe(stagingUri);
    const backup = await neon.branches.create({
      projectId,
      name: "backup",
      parent_id: staging.id,
      noCompute: true,
    });
    await write(own, "Cobol");
    expect(await restoreRefused(staging.id, { source_branch_id: backup.id })).toEqual({
      status: 422,
      message: "Branch has children, preserve_under_name is required",
    });
    const restored = await restore(staging.id, {
      source_branch_id: backup.id,
      preserve_under_name: "staging-old",
    });
    expect(restored.parent_id, "it is now a child of what it was restored from").toBe(backup.id);
    const old = await branchNamed("staging-old");
    expect(old.parent_id).toBe(main.id);
    expect((await neon.branches.get({ projectId, branchId: backup.id })).parent_id).toBe(old.id);
    expect(await topics(own)).toEqual(["Ada", "Go", "Rust"]);
    expect(
      await refusal(neon.branches.delete({ projectId, branchId: backup.id })),
      "the backup is the parent now",
    ).toEqual({ status: 422, message: `cannot delete branch that has children: ${backup.id}` });

    await write(own, "Perl");
    await neon.branches.resetFromParent({ projectId, branchId: staging.id });
    expect(await topics(own)).toEqual(["Ada", "Go", "Rust"]);
  });

  it("refuses what has no history, or not that far back", async () => {
    const staging = await branchNamed("staging");
    const self = (fields: Partial<BranchRestoreRequest>): Promise<unknown> =>
      restoreRefused(main.id, { source_branch_id: main.id, preserve_under_name: "x", ...fields });
    expect(await self({})).toMatchObject({ status: 400 });
    const now = new Date().toISOString();
    expect(await self({ source_timestamp: now, preserve_under_name: "" })).toMatchObject({ status: 400 });
    expect(await self({ source_timestamp: "2024-01-01T00:00:00Z" })).toMatchObject({
      status: 422,
      message: expect.stringContaining("history") as string,
    });
    expect(await self({ source_timestamp: new Date(Date.now() + 60_000).toISOString() })).toMatchObject({
      status: 422,
    });
    expect(await self({ source_lsn: "FF/0" })).toMatchObject({ status: 422 });
    expect(await self({ source_lsn: "yesterday" })).toMatchObject({ status: 400 });
    expect(await self({ source_timestamp: now, preserve_under_name: "staging" })).toMatchObject({
      status: 409,
    });
    expect(
      await restoreRefused(staging.id, {
        source_branch_id: staging.id,
        source_timestamp: now,
        preserve_under_name: "y",
      }),
    ).toMatchObject({ status: 422, message: expect.stringContaining("root branches") as string });
    await neon.projects.update({ projectId, history_retention_seconds: 0 });
    expect(await self({ source_timestamp: new Date(Date.now() - 5).toISOString() })).toMatchObject({
      status: 422,
    });
    await neon.projects.update({ projectId, history_retention_seconds: 86_400 });
  });

  it("gives a child of a protected branch no password, by a restore neither", async () => {
    await neon.postgres.roles.create({ projectId, branchId: main.id, name: "only-here" });
    await neon.branches.update({ projectId, branchId: main.id, protected: true });
    const staging = await branchNamed("staging");
    await restore(staging.id, { source_branch_id: main.id });
    const of = (branchId: string): Promise<string> =>
      neon.postgres.connectionString({ projectId, branchId, ...names, roleName: "only-here" });
    const copy = await of(staging.id);
    expect(new URL(copy).password).not.toBe(new URL(await of(main.id)).password);
    expect(await sql(copy, "SELECT current_user AS me")).toEqual([{ me: "only-here" }]);
  });

  it("leaves no data that belongs to no branch", async () => {
    cloud = await cloud.reopen();
    neon = connect(cloud);
    const folder = clusters();
    const count = (await neon.branches.list({ projectId }).all()).length;
    expect(readdirSync(folder)).toHaveLength(count);
    expect(await topics(uri)).toEqual(["Ada", "Go", "Rust"]);
  });
});

function clusters(): string {
  const pointer = join(cloud.context.dataFolder, "postgres-folder");
  expect(existsSync(pointer)).toBe(false);
  return join(cloud.context.dataFolder, "clusters");
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreProjectBranch } from "@neon/sdk/raw";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freePort, openTestCloudAt, type Place, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { connect, moment, sql } from "./test-client.ts";

let closedFolder: string;
let place: Place;
let child: ChildProcess | undefined;
let cloud: TestCloud | undefined;

/** A sandbox in a process of its own, which can be killed as a machine would be. */
async function openInChild(): Promise<ChildProcess> {
  const program = `
    import { open } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { openTestCloudAt } from ${JSON.stringify(join(import.meta.dirname, "../test-context.ts"))};
    await openTestCloudAt("neon", open, ${JSON.stringify(place)});
    process.send("open");`;
  const started = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(started, "message", { signal: AbortSignal.timeout(60_000) });
  return started;
}

const isOver = (statuses: readonly string[]): boolean =>
  statuses.every((status) => status === "finished" || status === "failed");

beforeAll(async () => {
  // As root, the user that PostgreSQL runs as cannot get in here.
  closedFolder = await mkdtemp(join(tmpdir(), "atlaris-neon-kill-"));
  place = { folder: join(closedFolder, "home"), port: await freePort(), token: "a-token" };
});

afterAll(async () => {
  child?.kill("SIGKILL");
  const pointer = join(place.folder, "cloud/neon/postgres-folder");
  const elsewhere = existsSync(pointer) ? readFileSync(pointer, "utf8") : undefined;
  await cloud?.close();
  await rm(closedFolder, { recursive: true, force: true });
  if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true });
});

it("does what it has acknowledged, though everything was killed before it was done", async () => {
  child = await openInChild();
  const neon = connect({ origin: `http://127.0.0.1:${place.port}`, token: place.token });
  const names = { roleName: "neondb_owner", databaseName: "neondb", pooled: false };
  const { project, connectionString } = await neon.projects.createAndConnect({
    name: "atlaris",
    pooled: false,
  });
  const projectId = project.id;
  await sql(connectionString, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
  // What it has in the machine's shared memory would stay there after the kill.
  expect(await sql(connectionString, "SHOW dynamic_shared_memory_type")).toEqual([
    { dynamic_shared_memory_type: "mmap" },
  ]);
  const staging = await neon.branches.create({ projectId, name: "staging" }, { waitForReadiness: false });
  child.kill("SIGKILL");
  await once(child, "exit");

  cloud = await openTestCloudAt("neon", open, place);
  const operations = await neon.operations.list({ projectId }).all();
  await neon.operations.waitFor({ operations });
  expect(await sql(connectionString, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
  const copy = await neon.postgres.connectionString({ projectId, branchId: staging.id, ...names });
  expect(await sql(copy, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
}, 120_000);

it("finishes a restore in whose midst it was killed, or leaves the branch as it was", async () => {
  await cloud?.close();
  cloud = undefined;
  child = await openInChild();
  const neon = connect({ origin: `http://127.0.0.1:${place.port}`, token: place.token });
  const { project, connectionString: uri } = await neon.projects.createAndConnect({
    name: "atlaris",
    pooled: false,
  });
  const projectId = project.id;
  const main = await neon.branches.getDefault({ projectId });
  await sql(uri, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
  /** Whether an operation of the restore is at work, or all of them have ended. */
  const stages = {
    acknowledged: () => true,
    "under way": (status: readonly string[]) => status.includes("running") || isOver(status),
    finished: (status: readonly string[]) => isOver(status),
  };
  for (const [stage, isReached] of Object.entries(stages)) {
    const time = await moment();
    await sql(uri, "DELETE FROM plan");
    const name = `old-${stage.replace(" ", "-")}`;
    const { error } = await restoreProjectBranch({
      client: neon.client,
      path: { project_id: projectId, branch_id: main.id },
      body: { source_branch_id: main.id, source_timestamp: time, preserve_under_name: name },
    });
    expect(error).toBeUndefined();
    const statuses = async (): Promise<string[]> =>
      (await neon.operations.list({ projectId }).all()).map(({ status }) => status);
    await vi.waitUntil(async () => isReached(await statuses()), { timeout: 60_000, interval: 5 });
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    child = await openInChild();
    // The first connection waits until the restore is done.
    expect(await sql(uri, "SELECT topic FROM plan"), stage).toEqual([{ topic: "Rust" }]);
    const branches = await neon.branches.list({ projectId }).all();
    expect(branches.map((branch) => branch.current_state)).toEqual(branches.map(() => "ready"));
    expect(branches.map((branch) => branch.name)).toContain(name);
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  cloud = await openTestCloudAt("neon", open, place);
  const pointer = join(cloud.context.dataFolder, "postgres-folder");
  const folder = existsSync(pointer) ? readFileSync(pointer, "utf8") : cloud.context.dataFolder;
  const count = (await neon.branches.list({ projectId }).all()).length;
  expect(readdirSync(join(folder, "clusters")), "nothing is left of what was begun").toHaveLength(count);
}, 240_000);

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNeonClient } from "@neon/sdk";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, openTestCloudAt, type Place, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";

let closedFolder: string;
let place: Place;
let child: ChildProcess | undefined;
let cloud: TestCloud | undefined;

/** A sandbox in a process of its own, which can be killed as a whole machine would be. */
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
  const neon = createNeonClient({
    apiKey: place.token,
    baseUrl: `http://127.0.0.1:${place.port}/api/v2`,
    throwOnError: true,
    wait: { pollIntervalMs: 20, timeoutMs: 30_000 },
  });
  const names = { roleName: "neondb_owner", databaseName: "neondb", pooled: false };
  const { project, connectionString } = await neon.projects.createAndConnect({
    name: "atlaris",
    pooled: false,
  });
  const projectId = project.id;
  await sql(connectionString, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
  const staging = await neon.branches.create({ projectId, name: "staging" }, { waitForReadiness: false });
  child.kill("SIGKILL");
  await once(child, "exit");

  cloud = await openTestCloudAt("neon", open, place);
  const operations = await neon.operations.list({ projectId }).all();
  await neon.operations.waitFor({ operations });
  expect(await sql(connectionString, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
  const copy = await neon.postgres.connectionString({ projectId, branchId: staging.id, ...names });
  expect(await sql(copy, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
}, 60_000);

async function sql(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

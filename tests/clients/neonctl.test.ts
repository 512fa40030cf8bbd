import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { open } from "../../sandbox/cloud/neon/index.ts";
import { moment } from "../../sandbox/cloud/neon/test-client.ts";
import { openTestCloud, type TestCloud } from "../../sandbox/cloud/test-context.ts";
import { installClient } from "./install-client.ts";

let cloud: TestCloud;
let commands: string;
let home: string;

beforeAll(async () => {
  commands = await installClient("neon");
  home = mkdtempSync(join(tmpdir(), "atlaris-neonctl-"));
  cloud = await openTestCloud("neon", open);
}, 300_000);

afterAll(async () => {
  await cloud.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs neonctl with nothing but another address; gives what it prints as JSON. */
async function neonctl<Answer>(...words: readonly string[]): Promise<Answer> {
  const { stdout } = await promisify(execFile)(
    join(commands, "neonctl"),
    [...words, "--output", "json", "--no-analytics", "--config-dir", home],
    {
      cwd: home,
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        CI: "true",
        NEON_API_HOST: `${cloud.origin}/api/v2`,
        NEON_API_KEY: cloud.token,
      },
    },
  );
  return (
    stdout.trimStart().startsWith("{") || stdout.trimStart().startsWith("[")
      ? JSON.parse(stdout)
      : stdout.trim()
  ) as Answer;
}

// The sandbox's servers have no TLS: nothing leaves the machine.
const sql = (uri: string, text: string): Promise<unknown[]> => query(uri.replace(/\?.*$/, ""), text);

interface Named {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string;
  readonly default?: boolean;
}
const branchNames = async (): Promise<string[]> =>
  (await neonctl<Named[]>("branches", "list")).map(({ name }) => name).sort();

it("takes neonctl as Neon does: projects, branches, restore, reset, roles, databases, operations", async () => {
  await neonctl("projects", "create", "--name", "atlaris");
  const { projects } = await neonctl<{ projects: Named[] }>("projects", "list");
  expect(projects.map(({ name }) => name)).toEqual(["atlaris"]);

  await neonctl("roles", "create", "--name", "app");
  await neonctl("databases", "create", "--name", "shop", "--owner-name", "app");
  const where = ["--role-name", "app", "--database-name", "shop"];
  const uri = await neonctl<string>("connection-string", "main", ...where);
  await sql(uri, "CREATE TABLE plan (topic text); INSERT INTO plan VALUES ('Rust')");
  const before = await moment();

  await neonctl("branches", "create", "--name", "dev");
  const copy = await neonctl<string>("connection-string", "dev", ...where, "--pooled");
  await sql(copy, "DELETE FROM plan");
  await neonctl("branches", "reset", "dev", "--parent");
  expect(await sql(copy, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
  await neonctl("branches", "rename", "dev", "feature");
  await neonctl(
    "branches",
    "set-expiration",
    "feature",
    "--expires-at",
    new Date(Date.now() + 86_400_000).toISOString(),
  );
  expect((await neonctl<{ expires_at?: string }>("branches", "get", "feature")).expires_at).toBeDefined();
  await neonctl("branches", "delete", "feature");

  await sql(uri, "DROP TABLE plan");
  await neonctl("branches", "restore", "main", `^self@${before}`, "--preserve-under-name", "main-old");
  expect(await sql(uri, "SELECT topic FROM plan")).toEqual([{ topic: "Rust" }]);
  expect(await branchNames()).toEqual(["main", "main-old"]);
  await neonctl("branches", "set-default", "main-old");
  expect(await neonctl("branches", "get", "main-old")).toMatchObject({ default: true });
  await expect(neonctl("branches", "delete", "main-old")).rejects.toThrow(/default branch/);

  expect((await neonctl<Named[]>("roles", "list", "--branch", "main")).map(({ name }) => name)).toContain(
    "app",
  );
  expect((await neonctl<Named[]>("databases", "list", "--branch", "main")).map(({ name }) => name)).toContain(
    "shop",
  );
  const operations = await neonctl<{ status: string }[]>("operations", "list");
  expect(new Set(operations.map(({ status }) => status))).toEqual(new Set(["finished"]));
}, 240_000);

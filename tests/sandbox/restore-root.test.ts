import { beforeAll, describe, expect, it, vi } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * A database on a branch without a parent, as production's is, goes back in its own history. Staging finds its branch made
 * so: for production itself a staging would have to prove the release first, which changes nothing of what is looked at
 * here.
 */
const { sandbox } = useSandbox();

beforeAll(async () => {
  // Starts the clouds.
  await sandbox.read("pulumi", "version");
  const { project } = await neon<{ project: { id: string } }>("POST", "", {
    project: {
      name: "atlaris",
      region_id: "aws-eu-central-1",
      pg_version: 18,
      branch: { name: "production" },
    },
  });
  await neon("POST", `/${project.id}/branches`, {
    branch: { name: "staging", init_source: "schema-only" },
    endpoints: [{ type: "read_write" }],
  });
  for (const words of [
    ["adopt", "--stack", "staging", "--yes"],
    ["up", "--stack", "staging"],
  ]) {
    const { status, output } = await sandbox.run("bin/rollout", ...words);
    expect(status, output).toBe(0);
  }
}, 300_000);

const neon = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  callCloud<T>(sandbox, "neon", method, `/api/v2/projects${path}`, body);

const restore = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "restore-database", "--stack", "staging", ...words);

async function output(name: string): Promise<string> {
  const words = ["pulumi", "stack", "output", name, "--stack", "staging", "--show-secrets"];
  return (await sandbox.read(...words)).trim();
}

async function makePlan(topic: string): Promise<void> {
  const [webUrl, key] = [await output("webUrl"), await output("smokeApiKey")];
  await waitForPlan(webUrl, key, await postPlan(webUrl, key, topic));
}

async function topics(): Promise<readonly string[]> {
  const text = "SELECT topic FROM plans ORDER BY topic";
  return (await query<{ topic: string }>(await output("databaseUrl"), text)).map(({ topic }) => topic);
}

interface Branch {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string;
}

async function branches(): Promise<readonly Branch[]> {
  const neon = <T>(path: string): Promise<T> =>
    callCloud<T>(sandbox, "neon", "GET", `/api/v2/projects${path}`);
  const [project] = (await neon<{ projects: { id: string }[] }>("")).projects;
  return (await neon<{ branches: Branch[] }>(`/${project?.id ?? ""}/branches`)).branches;
}

/** Waits for the clock's next second: what was committed before the moment of a restore and after it is kept apart. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await vi.waitUntil(() => Date.now() / 1000 >= second + 1, { timeout: 60_000, interval: 10 });
}

const parentOf = (all: readonly Branch[], name: string): string | undefined => {
  const parent = all.find((each) => each.name === name)?.parent_id;
  return all.find(({ id }) => id === parent)?.name;
};

describe("a database that has a history of its own", () => {
  it("is restored to a time, at which its history goes on", { timeout: 240_000 }, async () => {
    const list = await restore();
    expect(list.output).toMatch(/any time from \S+Z on/);
    await makePlan("Bread");
    await nextSecond();
    const time = new Date().toISOString();
    await nextSecond();
    await makePlan("Glue");

    const said = await restore("--to", time, "--dry-run");
    expect(said.output).toMatch(/public\.plans +1 +0 +0\n/);
    expect((await branches()).filter(({ name }) => name.startsWith("look-"))).toEqual([]);

    const { status, output: told } = await restore("--to", time, "--yes");
    expect(status, told).toBe(0);
    expect(told).toContain("smoke test passed");
    expect(await topics()).toEqual(["Bread"]);
    await makePlan("Wood");
    const all = await branches();
    const kept = all.find(({ name }) => name.startsWith("before-restore-staging-"));
    expect(kept?.name).not.toContain("unproven");
    expect(parentOf(all, "staging")).toBeUndefined();
    const backup = all.find(({ name }) => name.startsWith("backup-staging-"));
    expect(parentOf(all, backup?.name ?? ""), "what had grown from it has moved").toBe(kept?.name);
  });

  it("is left alone by times that it cannot go back to", { timeout: 180_000 }, async () => {
    for (const [to, said] of [
      ["2h", /before the history of staging/],
      ["2001-01-01T00:00:00Z", /before the history of staging/],
      ["2099-01-01T00:00:00Z", /is in the future/],
      ["2026-13-01T00:00:00Z", /is no time/],
    ] as const) {
      const { status, output: told } = await restore("--to", to, "--yes");
      expect(status, told).toBe(2);
      expect(told).toMatch(said);
    }
    expect(await topics()).toEqual(["Bread", "Wood"]);
  });
});

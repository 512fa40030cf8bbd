import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { watchCommandLines } from "./command-lines.ts";
import { commitsChapter } from "./commits-chapter.ts";
import { failedRolloutsChapter } from "./failed-rollouts-chapter.ts";
import { callCloud, machinesOf, postPlan, rolloutStatus, waitForPlan } from "./observe.ts";
import { secretsChapter } from "./secrets-chapter.ts";
import { acted, ask, regenerator, stagingIn, worker } from "./staging.ts";
import type { Secret } from "./tripwire.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * One environment's life on one machine, each chapter standing on the one before, as it does for a user. What is
 * observed is read from the clouds and the application, not from the tool's own words.
 */
const { checkout, sandbox } = useSandbox();
const { up, goodUp, outputs } = stagingIn(sandbox);
/** Of every process of this machine, while a rollout ran. */
const commandLines = new Set<string>();

/** A secret of web and workers; with the signs that differ from form to form. */
const planted: Secret = { name: "STRIPE_KEY", value: `sk/+?&="%\\ planted, with 'signs'` };

/** Variables of the application's own. */
const own = { web: { NEXT_PUBLIC_SITE: "https://a.example" }, workers: { MAIL_FROM: "plans@example.com" } };

beforeAll(async () => {
  const edit = (before: string, after: string): void => checkout.edit("Pulumi.staging.yaml", before, after);
  edit("secrets: []", `secrets: [${planted.name}]`);
  edit("  rollout:github:", `    secrets: [${planted.name}]\n  rollout:github:`);
  edit("  rollout:flags:", `  rollout:variables: ${JSON.stringify(own)}\n  rollout:flags:`);
  checkout.commit("Give web and workers variables and a secret");
  await giveSecret(planted);
}, 300_000);

/** As in docs/guide.md, the value on standard input. */
async function giveSecret({ name, value }: Secret): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "atlaris-secret-"));
  writeFileSync(join(folder, "value"), value);
  const set = `pulumi config set --stack staging --secret --path rollout:secrets.${name} < ${folder}/value`;
  const { status, output } = await sandbox.run("sh", "-c", set);
  rmSync(folder, { recursive: true });
  expect(status, output).toBe(0);
}

describe("staging, from nothing", () => {
  it(
    "is rolled out by one command, and the address that it prints answers",
    { timeout: 900_000 },
    async () => {
      const watch = watchCommandLines();
      // The engine's event log is behind its switch for debugging.
      const pulumi = ["env", "PULUMI_DEBUG_COMMANDS=true", "pulumi", "up", "--stack", "staging"];
      const ended = await sandbox.run(...pulumi, "--event-log", join(sandbox.home, "events.json"));
      expect(ended.status, ended.output).toBe(0);
      const first = ended.output;
      for (const line of await watch.stop()) commandLines.add(line);
      const { webUrl, release } = await outputs();
      expect(first).toContain(webUrl);
      expect(release).toBe(checkout.git("rev-parse", "HEAD"));
      const health = (await (await fetch(`${webUrl}/api/health`)).json()) as Record<string, unknown>;
      expect(health).toMatchObject({ status: "ok", database: "ok" });
      expect(await (await fetch(webUrl)).json()).toMatchObject({ health: "GET /api/health" });
      expect(await sandbox.read("logs", "web")).toContain('"event":"request"');
      const web = `/v13/deployments/${new URL(webUrl).host}?teamId=team_atlaris`;
      // Next to the database in aws-eu-central-1.
      await expect(callCloud(sandbox, "vercel", "GET", web)).resolves.toMatchObject({ regions: ["fra1"] });
      await expect(rolloutStatus(sandbox, release)).resolves.toEqual({
        commit: "success",
        deployment: "success",
      });
    },
  );

  it("gives web and workers the variables and secrets that the settings name", async () => {
    const env = "/v10/projects/atlaris/env?teamId=team_atlaris";
    const { envs } = await callCloud<{ envs: { key: string }[] }>(sandbox, "vercel", "GET", env);
    expect(envs.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["API_KEYS", "NEXT_PUBLIC_SITE", planted.name]),
    );
    for (const app of [worker, regenerator]) {
      const path = `/v1/apps/${app}/secrets`;
      const { secrets } = await callCloud<{ secrets: { name: string }[] }>(sandbox, "fly", "GET", path);
      expect(secrets.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["DATABASE_URL", "MAIL_FROM", planted.name]),
      );
    }
  });

  it("generates a plan for a caller with the key, and for no other", { timeout: 60_000 }, async () => {
    const { webUrl, smokeApiKey } = await outputs();
    const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Bread"));
    expect(plan.modules.length).toBeGreaterThan(0);
    expect(plan.modules.every(({ tasks }) => tasks.length > 0)).toBe(true);
    await expect(postPlan(webUrl, "wrong", "Bread")).rejects.toThrow("401");
    await expect(postPlan(webUrl, undefined, "Bread")).rejects.toThrow("401");
  });

  it("lets web and workers change rows and nothing of the schema", async () => {
    const { applicationDatabaseUrl } = await outputs();
    const [web] = await ask(applicationDatabaseUrl, "SELECT count(*) > 0 AS reads FROM plans");
    expect(web).toEqual({ reads: true });
    for (const statement of ["CREATE TABLE mine ()", "ALTER TABLE plans ADD mine text", "DROP TABLE plans"])
      await expect(ask(applicationDatabaseUrl, statement)).rejects.toThrow(/permission denied|must be owner/);
    // What serves the environment is logged in by that role, and nothing by the owner's.
    const { databaseUrl } = await outputs();
    const logins =
      "SELECT DISTINCT usename AS by FROM pg_stat_activity WHERE application_name LIKE 'atlaris-%'";
    await expect(ask(databaseUrl, logins)).resolves.toEqual([{ by: "atlaris_staging_app" }]);
  });

  it(
    "runs from what was deployed: without its sources, and after a worker was killed",
    { timeout: 120_000 },
    async () => {
      for (const folder of ["src", "dist"])
        rmSync(join(checkout.root, folder), { recursive: true, force: true });
      const { webUrl, smokeApiKey } = await outputs();
      const [before] = await machinesOf(sandbox, worker);
      process.kill(before?.pid ?? Number.NaN, "SIGKILL");
      const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Chess"));
      expect(plan.modules.length).toBeGreaterThan(0);
      const [after] = await machinesOf(sandbox, worker);
      expect(after?.pid).not.toBe(before?.pid);
      checkout.git("checkout", "--", "src");
    },
  );

  it("is left alone by a second up, which reports that", { timeout: 120_000 }, async () => {
    const again = await goodUp();
    expect(again).toMatch(/Resources:\n +\d+ unchanged\n/);
    expect(acted(again)).toEqual([]);
  });

  it("puts every write behind the gate", async () => {
    const state = JSON.parse(await sandbox.read("pulumi", "stack", "export", "--stack", "staging")) as {
      deployment: { resources: { urn: string; type: string; custom: boolean; dependencies?: string[] }[] };
    };
    const resources = state.deployment.resources.filter(
      ({ type, custom }) => custom && !type.startsWith("pulumi:providers:"),
    );
    const attempt = resources.find(({ urn }) => urn.endsWith("::attempt"))?.urn ?? "";
    const gate = resources.find(({ urn }) => urn.endsWith("::gate"))?.urn ?? "";
    const past = resources
      .filter(({ dependencies }) => !dependencies?.includes(attempt))
      .map(({ urn }) => urn);
    expect(past.sort()).toEqual([attempt, gate].sort());
    expect(resources.find(({ urn }) => urn === attempt)?.dependencies).toEqual([gate]);
  });
});

commitsChapter({ checkout, sandbox });
failedRolloutsChapter({ checkout, sandbox });

describe("staging, deleted", () => {
  it(
    "comes up again from nothing after a destroy, also where reads lag 5 s behind writes at every cloud",
    { timeout: 600_000 },
    async () => {
      const { status, output } = await sandbox.run("pulumi", "destroy", "--stack", "staging");
      expect(status, output).toBe(0);
      const back = await sandbox.run("bin/rollout", "rollback", "--stack", "staging");
      expect(back.status, back.output).toBe(2);
      expect(back.output).toContain("the environment was destroyed since");
      await sandbox.read("faults", "lag", "5000");
      const again = await sandbox.run("bin/rollout", "up", "--stack", "staging");
      expect(again.status, again.output).toBe(0);
      await sandbox.read("faults", "clear");
      const { webUrl, smokeApiKey } = await outputs();
      const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Maps"));
      expect(plan.modules.length).toBeGreaterThan(0);
      // Nothing that was read too early is in the state.
      const refreshed = await up("--refresh");
      expect(refreshed.status, refreshed.output).toBe(0);
      expect(acted(refreshed.output)).toEqual([]);
    },
  );
});

secretsChapter({ checkout, sandbox, planted, commandLines });

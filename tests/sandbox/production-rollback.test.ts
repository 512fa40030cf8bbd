import { beforeAll, describe, expect, it } from "vitest";
import { addMigration } from "./add-migration.ts";
import { changeApplication } from "./change-application.ts";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { callCloud, postPlan, sandboxSecrets, waitForPlan } from "./observe.ts";
import type { Ended } from "./sandbox.ts";
import { ask, outputsOf } from "./staging.ts";
import { tripwireFor } from "./tripwire.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Rollbacks of production: manually, of a part, and of a rollout that failed, each over a migration that has run. What
 * production is, is read from the clouds and its database.
 */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });
let webUrl = "";
let [older, newer]: SeenEnvironment[] = [];

const run = (stack: string, ...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", ...words, "--stack", stack);
async function good(stack: string, ...words: readonly string[]): Promise<string> {
  const { status, output } = await run(stack, ...words);
  expect(status, output).toBe(0);
  return output;
}
const seen = (): Promise<SeenEnvironment> => seeEnvironment(sandbox, webUrl, "prod");

/** A release with a migration that no other needs, which staging has proven. */
async function prove(mark: string, column: string): Promise<void> {
  changeApplication(checkout, mark, "worker", "web");
  addMigration(
    checkout,
    `9000_${column}`,
    `-- undo: ALTER TABLE plans DROP COLUMN ${column}`,
    "SET LOCAL lock_timeout = '5s';",
    "--> statement-breakpoint",
    `ALTER TABLE plans ADD COLUMN ${column} text;`,
  );
  checkout.commit(`Keep ${column} of a plan`);
  await good("staging", "up");
}

/** What production's users get, and the columns of a plan. */
async function answers(): Promise<readonly string[]> {
  const { smokeApiKey, databaseUrl } = await outputsOf(sandbox, "prod");
  const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Rollbacks"));
  expect(plan.modules.length).toBeGreaterThan(0);
  const columns = await ask(
    databaseUrl,
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'plans'",
  );
  return columns.map((row) => (row as { column_name: string }).column_name);
}

beforeAll(async () => {
  ({ webUrl } = await outputsOf(sandbox, "prod"));
  older = await seen();
  await prove("second", "language");
  await good("prod", "up");
  newer = await seen();
}, 600_000);

describe("production with a second release", { timeout: 400_000 }, () => {
  it("has another web promoted, another worker and another schema", async () => {
    expect(newer?.deployment).not.toBe(older?.deployment);
    expect(newer?.source).not.toBe(older?.source);
    expect(newer?.images).not.toEqual(older?.images);
    expect(await answers()).toContain("language");
  });

  it("gets its earlier web alone, promoted again", async () => {
    expect(await good("prod", "rollback", "--to", "1", "--only", "web")).toContain("Mixed now:");
    expect(await seen()).toEqual({ ...newer, deployment: older?.deployment, source: older?.source });
    await answers();
  });

  it("is rolled back as a release, and keeps the schema", async () => {
    await good("prod", "rollback", "--to", "1");
    expect(await seen()).toEqual(older);
    expect(await answers()).toContain("language");
  });

  it("is rolled back when a step fails behind a migration that ran", async () => {
    await prove("third", "audience");
    const machine = [
      "--cloud",
      "fly",
      "--method",
      "POST",
      "--path",
      "/v1/apps/atlaris-worker-prod/machines/*",
    ];
    await sandbox.read("faults", "add", ...machine, "--kind", "status", "--status", "422", "--times", "1");
    const { status, output } = await run("prod", "up");
    await sandbox.read("faults", "clear");
    expect(status, output).toBe(4);
    expect(await seen()).toEqual(older);
    expect(await answers()).toEqual(expect.arrayContaining(["language", "audience"]));
  });

  it("goes forward again over the schema that is there", async () => {
    await good("prod", "up");
    const now = await seen();
    expect(now.healthy).toEqual(older?.healthy);
    expect(now.source).not.toBe(older?.source);
  });

  it("shows no secret in what all of that printed, nor in the incident", async () => {
    const { databaseUrl, applicationDatabaseUrl, smokeApiKey } = await outputsOf(sandbox, "prod");
    const made = [new URL(databaseUrl).password, new URL(applicationDatabaseUrl).password, smokeApiKey];
    const tripwire = tripwireFor([
      ...sandboxSecrets(sandbox),
      ...made.map((value, index) => ({ name: `secret ${String(index)} of production`, value })),
    ]);
    const issues = await callCloud<{ body: string }[]>(
      sandbox,
      "github",
      "GET",
      "/repos/atlaris/atlaris/issues?labels=incident&state=all",
    );
    expect(issues).toHaveLength(1);
    expect([
      ...issues.flatMap(({ body }) => tripwire.in("the incident", body)),
      ...sandbox.printed.flatMap((text) => tripwire.in(`printed by ${text.split("\n")[0] ?? ""}`, text)),
      ...tripwire.in("the state", await sandbox.read("pulumi", "stack", "export", "--stack", "prod")),
    ]).toEqual([]);
  });
});

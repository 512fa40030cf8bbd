import { describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import { ask, stagingIn } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { goodUp, outputs } = stagingIn(sandbox);
const smoke = ["bin/rollout", "smoke", "--stack", "staging"];

interface Result {
  readonly passed: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail?: string }[];
}

const suite = (status: number): string => `
suite: health
defaults:
  headers: { x-vercel-protection-bypass: "\${env.SMOKE_TEST_PROTECTION_BYPASS:-}" }
checks:
  - name: the web is healthy
    request: { path: /api/health }
    expect: { status: ${String(status)}, json: { $.database: ok } }
  - name: the database answers
    sql: { query: SELECT 1 AS one }
    expect: { rows: 1 }
`;

describe("bin/rollout smoke, of an environment that is live", { timeout: 300_000 }, () => {
  it("runs the declared smoke test where no suite is named", async () => {
    const { status, output } = await sandbox.run(...smoke);
    expect(status, output).toBe(0);
    expect(output).toMatch(/^✓ a plan with \d+ modules/m);
  });

  it("runs a suite with addresses and key of the stack, which it does not print, and leaves nothing behind", async () => {
    const result = await sandbox.read(...smoke, "--suite", "tests/smoke/release.suite.yaml", "--json");
    const { passed, checks } = JSON.parse(result) as Result;
    expect(checks.filter(({ state }) => state !== "passed")).toEqual([]);
    expect(passed).toBe(true);
    expect(checks.length).toBeGreaterThan(4);
    const { applicationDatabaseUrl } = await outputs();
    const marked = "SELECT count(*)::int AS count FROM plans WHERE topic LIKE '%smoke-%'";
    expect(await ask(applicationDatabaseUrl, marked)).toEqual([{ count: 0 }]);
  });

  it("ends with 1 where a check fails, with what was expected and found", async () => {
    checkout.write("tests/smoke/health.suite.yaml", suite(418));
    const { status, output } = await sandbox.run(...smoke, "--suite", "tests/smoke/health.suite.yaml");
    expect(output).toContain("  status: expected 418, found 200");
    expect(output).toMatch(/1 of 2 checks passed in .* s; failed: the web is healthy/);
    expect(status).toBe(1);
  });

  it("is the last step of a rollout where the settings name a suite", async () => {
    checkout.write("tests/smoke/health.suite.yaml", suite(200));
    changeSettings(checkout, "staging", { smoke: { suite: "tests/smoke/health.suite.yaml" } });
    changeApplication(checkout, "suite", "worker");
    checkout.commit("Check releases by a suite");
    const output = await goodUp();
    expect(output).toContain("✓ the web is healthy");
    expect((await outputs()).smoke).toMatch(/^smoke test passed: 2 of 2 checks passed in /);
    expect((await sandbox.run(...smoke)).output).toMatch(/2 of 2 checks passed/);
    await expectNoSecret(sandbox, await secretsOf(sandbox, "staging"));
  });

  it("names the checks where the suite fails a rollout", async () => {
    checkout.write("tests/smoke/health.suite.yaml", suite(418));
    changeApplication(checkout, "other", "worker");
    checkout.commit("Expect something else");
    const { status, output } = await sandbox.run(
      "pulumi",
      "up",
      "--stack",
      "staging",
      "--skip-preview",
      "--yes",
    );
    expect(output).toContain("smoke test, the web is healthy: status: expected 418, found 200");
    expect(status).not.toBe(0);
  });
});

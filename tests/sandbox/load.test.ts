import { describe, expect, it } from "vitest";
import { delayRequests } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import { ask, stagingIn } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { goodUp, outputs } = stagingIn(sandbox);
const load = ["bin/rollout", "load", "--stack", "staging", "--profile", "tests/load/steady.profile.yaml"];

/** The requests of the application's own profile; no jobs, so that the workers take no time from the web. */
const profile = `
profile: steady
seconds: 12
rampSeconds: 1
ratePerSecond: 15
defaults:
  headers: { x-vercel-protection-bypass: "\${env.SMOKE_TEST_PROTECTION_BYPASS:-}" }
  credentials: { authorization: "Bearer \${env.SMOKE_TEST_API_KEY}" }
requests:
  - { name: dashboard, weight: 3, path: /api/health }
  - { name: list, weight: 2, path: /api/plans/00000000-0000-4000-8000-000000000000, status: [404] }
`;

interface Result {
  readonly result: string;
  readonly number: number;
  readonly baseline?: { readonly number: number };
  readonly load: {
    readonly requests: number;
    readonly jobs?: { readonly requests: number; readonly errors: number };
  };
  readonly warnings: readonly string[];
}

const resultOf = (output: string): Result =>
  JSON.parse(output.split("\n").findLast((line) => line.startsWith('{"kind":"end"')) ?? "{}") as Result;

describe("bin/rollout load, of an environment that is live", { timeout: 400_000 }, () => {
  it("measures requests and jobs, keeps the result with the release, and leaves nothing behind", async () => {
    const { status, output } = await sandbox.run(
      ...[
        "bin/rollout",
        "load",
        "--stack",
        "staging",
        "--profile",
        "tests/load/short.profile.yaml",
        "--json",
      ],
    );
    expect(status, output).toBe(0);
    const { load: measured, result } = resultOf(output);
    expect([result, measured.requests]).toEqual(["measured", 120]);
    expect(measured.jobs).toMatchObject({ requests: 40, errors: 0 });
    const { applicationDatabaseUrl } = await outputs();
    const made = "SELECT count(*)::int AS count FROM plans WHERE starts_with(topic, 'Load test')";
    expect(await ask(applicationDatabaseUrl, made)).toEqual([{ count: 0 }]);
    const history = await sandbox.read("bin/rollout", "history", "--stack", "staging");
    expect(history).toMatch(
      /load-tested .*: short, 20 requests\/s for 6 s: p50 .* 0 of 120 failed; jobs p50/,
    );
    await expectNoSecret(sandbox, await secretsOf(sandbox, "staging"));
  });

  it("finds a release that is 30 % slower, and no fault with the same one", async () => {
    checkout.write("tests/load/steady.profile.yaml", profile);
    // Far above what a busy machine adds, which is no part of the release.
    delayRequests(checkout, 600);
    checkout.commit("Answer from afar");
    await goodUp();
    const first = await sandbox.run(...load, "--json");
    expect(first.status, first.output).toBe(0);
    const { number } = resultOf(first.output);
    const same = await sandbox.run(...load, "--compare", String(number));
    expect(same.output).toContain(": no regression");
    expect(same.status).toBe(0);
    delayRequests(checkout, 800);
    changeSettings(checkout, "staging", {
      load: { profile: "tests/load/steady.profile.yaml", afterRollout: true },
    });
    checkout.commit("Answer a third slower, and load-test behind each rollout");
    const slow = await sandbox.run("bin/rollout", "up", "--stack", "staging", "--json");
    expect(slow.status, slow.output).toBe(7);
    expect(resultOf(slow.output)).toMatchObject({ result: "regressed", baseline: { number } });
    // A rollout in which nothing changes is not measured.
    const again = await sandbox.run("bin/rollout", "up", "--stack", "staging", "--json");
    expect(again.status, again.output).toBe(0);
  });

  it("ends by Ctrl-C with what was measured, and deletes what was made", async () => {
    const { status, output } = await sandbox.interrupt(
      /Load on release/,
      ...["bin/rollout", "load", "--stack", "staging"],
    );
    expect(output).toContain("interrupted; this is what was measured until then");
    expect(status).toBe(130);
    const { applicationDatabaseUrl } = await outputs();
    const made = "SELECT count(*)::int AS count FROM plans WHERE starts_with(topic, 'Load test')";
    expect(await ask(applicationDatabaseUrl, made)).toEqual([{ count: 0 }]);
  });
});

describe("bin/rollout cost", { timeout: 120_000 }, () => {
  it("estimates what is declared, and what a change of it costs, as the preview's comment does", async () => {
    changeSettings(checkout, "staging", {
      fly: { machines: { worker: { count: 3 }, regenerator: { count: 1 } } },
    });
    checkout.commit("Run three workers");
    const cost = await sandbox.read("bin/rollout", "cost", "--stack", "staging", "--against", "1");
    expect(cost).toMatch(/^ +all +\$\d+ +\$\d+ +\$\d+$/m);
    expect(cost).toMatch(/^Against release \w{12} \(#1\), \$\d+ a month/m);
    const change =
      "Fly.io, machines of worker: 1 × shared-cpu-1x, 256 MB, fra → 3 × shared-cpu-1x, 256 MB, fra, +$4.66";
    expect(cost).toContain(`  ${change}\n`);
    const preview = await sandbox.read("bin/rollout", "preview", "--stack", "staging");
    expect(preview).toContain(`- ${change.replace("$", "\\$")}`);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { callCloud, environmentSecrets, postPlan, sandboxSecrets, waitForPlan } from "./observe.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";
import { forgeCi } from "./forge-ci.ts";
import { recordForger } from "./forge-record.ts";
import { expectProductionRefuses } from "./refusal.ts";
import { ask, outputsOf } from "./staging.ts";
import { tripwireFor } from "./tripwire.ts";
import { contentOf, deploymentStory, writesOf } from "./story.ts";

/** One day of one repository: what is rejected, what is accepted, and what GitHub shows of it in the end. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const repository = "/repos/atlaris/atlaris";

const up = (stack: string, of = sandbox): Promise<Ended> => of.run("bin/rollout", "up", "--stack", stack);

async function goodUp(stack: string): Promise<string> {
  const { status, output } = await up(stack);
  expect(status, output).toBe(0);
  return output;
}

const set = (stack: string, setting: string, value: string): Promise<string> =>
  sandbox.read("pulumi", "config", "set", "--stack", stack, "--path", setting, value);

const expectRefusal = (reason: string | RegExp, of = sandbox): Promise<void> =>
  expectProductionRefuses(of, reason);

describe("production without a staging", () => {
  const { sandbox: empty } = useSandbox();

  it("accepts nothing, and writes nothing", { timeout: 120_000 }, async () => {
    await empty.read("true");
    await expectRefusal("staging has no rollout on record", empty);
  });
});

describe("production", () => {
  it("gets what staging has proven, the same image and none built", { timeout: 300_000 }, async () => {
    await set("prod", "rollout:github.tokenSecrets", "environment");
    const record = ["--record", join(sandbox.home, "run.har")];
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "prod", ...record);
    expect(status, output).toBe(0);
    expect(output).toMatch(/Release \w+ is live on prod/);
    const [staging, production] = [await outputsOf(sandbox, "staging"), await outputsOf(sandbox, "prod")];
    const images = [staging, production].flatMap(({ workers }) =>
      Object.values(workers).map(({ image }) => image),
    );
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^registry\.fly\.io\/atlaris-images:content-/);
    const health = (await (await fetch(`${production.webUrl}/api/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ status: "ok", database: "ok" });
  });

  it("gives the jobs of its GitHub environment the tokens, and the database by the application's role", async () => {
    const { applicationDatabaseUrl } = await outputsOf(sandbox, "prod");
    const secrets = environmentSecrets(sandbox, "production");
    expect(Object.keys(secrets).sort()).toEqual([
      ...["DATABASE_URL_PROD", "FLY_API_TOKEN", "SMOKE_TEST_API_KEY", "VERCEL_TOKEN"],
    ]);
    expect(secrets["DATABASE_URL_PROD"]).toBe(applicationDatabaseUrl);
  });

  it("has its calls to all four clouds on record, and no secret with them", async () => {
    const text = readFileSync(join(sandbox.home, "run.har"), "utf8");
    const { entries } = (JSON.parse(text) as { log: { entries: readonly { _cloud: string }[] } }).log;
    expect(new Set(entries.map(({ _cloud: cloud }) => cloud))).toEqual(
      new Set(["neon", "fly", "vercel", "github"]),
    );
    const { databaseUrl, applicationDatabaseUrl, smokeApiKey } = await outputsOf(sandbox, "prod");
    const made = [new URL(databaseUrl).password, new URL(applicationDatabaseUrl).password, smokeApiKey];
    const secrets = [
      ...sandboxSecrets(sandbox),
      ...made.map((value) => ({ name: "made by the stack", value })),
    ];
    expect(tripwireFor(secrets).in("the recording", text)).toEqual([]);
  });

  it("shares no login with staging: either's address is refused at the other's database", async () => {
    const [staging, production] = [await outputsOf(sandbox, "staging"), await outputsOf(sandbox, "prod")];
    const crossed = (login: string, place: string): string => {
      const address = new URL(login);
      address.host = new URL(place).host;
      return address.href;
    };
    for (const address of [
      crossed(production.databaseUrl, staging.databaseUrl),
      crossed(staging.databaseUrl, production.databaseUrl),
      crossed(production.applicationDatabaseUrl, staging.databaseUrl),
      crossed(staging.applicationDatabaseUrl, production.databaseUrl),
    ])
      await expect(ask(address, "SELECT 1")).rejects.toThrow(
        /password authentication failed|does not exist|permission denied for database/,
      );
    await expect(ask(production.databaseUrl, "SELECT 1")).resolves.toHaveLength(1);
    await expect(ask(production.applicationDatabaseUrl, "SELECT 1")).resolves.toHaveLength(1);
    expect(staging.smokeApiKey).not.toBe(production.smokeApiKey);
  });

  it("is left alone by a second up, which reports that", { timeout: 120_000 }, async () => {
    expect(await goodUp("prod")).toMatch(/Nothing has changed/);
  });

  it("refuses content that staging has not seen, naming what differs", { timeout: 120_000 }, async () => {
    changeApplication(checkout, "not on staging", "worker");
    checkout.commit("Write other plans");
    await expectRefusal(/this content is not proven on staging; .*worker sources \w{12} instead of \w{12}/);
  });

  it("refuses a tree that differs from its commit", { timeout: 120_000 }, async () => {
    checkout.write("docs/note.md", "# A note\n");
    await expectRefusal("the tree differs from its commit");
    checkout.git("clean", "--force", "--quiet", "docs");
  });

  it("refuses what was proven under another name or with another image", { timeout: 300_000 }, async () => {
    const [newest] = await deploymentStory(sandbox, "staging");
    const forged = { ...newest?.payload, artifacts: { web: "1", worker: "2", regenerator: "3" } };
    const { id } = await callCloud<{ id: number }>(sandbox, "github", "POST", `${repository}/deployments`, {
      ref: checkout.git("rev-parse", "HEAD"),
      task: "rollout",
      environment: "staging-2",
      auto_merge: false,
      required_contexts: [],
      payload: forged,
    });
    await report(id, "success");
    changeApplication(checkout, "with a made-up status", "worker");
    const commit = checkout.commit("Write them otherwise");
    await callCloud(sandbox, "github", "POST", `${repository}/statuses/${commit}`, {
      state: "success",
      context: "rollout/staging",
    });
    await expectRefusal("this content is not proven on staging");
    checkout.git("reset", "--hard", "--quiet", "HEAD~1");
  });

  it(
    "refuses while staging's newest rollout has no end on record, whatever its deployment has",
    { timeout: 300_000 },
    async () => {
      const record = recordForger(sandbox, "staging");
      const { length } = await record.entries();
      await sandbox.runUntil(
        async () => (await record.entries()).length > length,
        ...["bin/rollout", "up", "--stack", "staging"],
      );
      const path = `${repository}/deployments?environment=staging&task=rollout&per_page=1`;
      const [newest] = await callCloud<{ id: number }[]>(sandbox, "github", "GET", path);
      if (newest) await report(newest.id, "success");
      await expectRefusal(/staging's newest attempt \(#\d+ of commit \w{12}, begun .*\) still runs/);
      await goodUp("staging");
    },
  );

  it.each([
    ["fails", ["--kind", "status", "--status", "503"], /503/],
    ["breaks off in the middle of its answer", ["--kind", "malformed"], /gate failed/],
  ])("refuses when GitHub %s", { timeout: 120_000 }, async (_name, fault, reason) => {
    const call = ["--cloud", "github", "--method", "GET", "--path", "/repos/*/*/deployments"];
    await sandbox.read("faults", "add", ...call, ...fault);
    await expectRefusal(reason);
    await sandbox.read("faults", "clear");
  });

  it("refuses when GitHub does not answer in time", { timeout: 120_000 }, async () => {
    await set("prod", "rollout:gate.waitSeconds", "5");
    const call = ["--cloud", "github", "--method", "GET", "--path", "/repos/*/*/deployments"];
    await sandbox.read("faults", "add", ...call, "--kind", "hang");
    await expectRefusal(/GitHub did not answer GET \S+\/deployments in time: the gate waits 5 s for all/);
    await sandbox.read("faults", "clear");
    await set("prod", "rollout:gate.waitSeconds", "60");
  });

  it("refuses while it is frozen, with the reason", { timeout: 120_000 }, async () => {
    await set("prod", "rollout:gate.freeze", "incident 42");
    await expectRefusal("production is frozen: incident 42");
    const before = await writesOf(sandbox);
    const past = ["pulumi", "up", "--stack", "prod", "--skip-preview", "--exclude", "**::gate"];
    const { status, output } = await sandbox.run(...past);
    expect(status, output).not.toBe(0);
    expect(output).toContain("nothing was changed: this run left out gate");
    expect(await writesOf(sandbox)).toEqual(before);
    await set("prod", "rollout:gate.freeze", "");
  });

  it("refuses a commit whose CI is red, was never asked or was forged", { timeout: 120_000 }, async () => {
    await sandbox.read("ci", "--none");
    expect(await forgeCi(sandbox, "atlaris/atlaris", checkout.git("rev-parse", "HEAD"))).toMatch(
      /403.*You must authenticate via a GitHub App/,
    );
    await expectRefusal(
      /check ci of commit \w+: none was reported by a job of GitHub Actions for a push of prod or main, only for push of feature/,
    );
    await sandbox.read("ci", "--fail");
    await expectRefusal(/check ci of commit \w+: expected success, found failure/);
    checkout.git("commit", "--quiet", "--allow-empty", "--message", "Begin again");
  });

  it(
    "lets the same content in under another commit, and writes no worker and no web",
    { timeout: 240_000 },
    async () => {
      await goodUp("staging");
      const live = await outputsOf(sandbox, "prod");
      await goodUp("prod");
      expect((await outputsOf(sandbox, "prod")).workers).not.toEqual(live.workers);
      checkout.write("docs/note.md", "# A note\n");
      checkout.write("infra/rollout/later.test.ts", "export {};\n");
      checkout.commit("Merge");
      expect(await goodUp("prod")).not.toMatch(/worker-deployment|web-live/);
    },
  );
});

describe("a destroy of production", () => {
  it("is refused, and its users notice nothing", { timeout: 120_000 }, async () => {
    const { webUrl, smokeApiKey } = await outputsOf(sandbox, "prod");
    const { status, output } = await sandbox.run(
      ...["pulumi", "destroy", "--stack", "prod", "--yes", "--skip-preview"],
    );
    expect(status, output).not.toBe(0);
    expect(output).toContain("cannot be deleted");
    const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Tea"));
    expect(plan.modules.length).toBeGreaterThan(0);
    await goodUp("prod");
  });
});

describe("a change of a setting alone", () => {
  it("asks the gate as well", { timeout: 120_000 }, async () => {
    await sandbox.read("ci", "--fail");
    await set("staging", "rollout:fly.machines.worker.count", "2");
    expect(await up("staging")).toMatchObject({ status: 3 });
    await set("staging", "rollout:fly.machines.worker.count", "1");
    checkout.git("commit", "--quiet", "--allow-empty", "--message", "Begin once more");
  });
});

describe("in the evening", () => {
  it("GitHub shows what was accepted, in order, and nothing of what was rejected", async () => {
    const production = await deploymentStory(sandbox, "production");
    expect(production).toHaveLength(3);
    for (const { states } of production) {
      // Begun, with the receipts of its image and its record, and closed; the newest once more after the destroy that was refused.
      expect(states.slice(0, 4)).toEqual(["in_progress", "in_progress", "in_progress", "success"]);
      expect(states.at(-1)).toBe("success");
      expect(states).not.toContain("failure");
    }
    const proven = new Set(
      (await deploymentStory(sandbox, "staging"))
        .filter(({ states }) => states.at(-1) === "success")
        .map(contentOf),
    );
    expect(production.map(contentOf).filter((content) => !proven.has(content))).toEqual([]);
  });

  it("a program that ends half-way deletes nothing", { timeout: 120_000 }, async () => {
    checkout.edit(
      "stacks/environment/environment.ts",
      "...receiptsOf(images),",
      "...receiptsOf(images), image: new Promise<string>(() => undefined),",
    );
    checkout.commit("Lose a promise");
    const words = ["bin/rollout", "up", "--stack", "staging", "--no-rollback"];
    const { status, output } = await sandbox.run(...words);
    expect(status, output).toBe(1);
    expect(output).toContain("the program ended before 1 of its resources were declared");
    expect(output).not.toContain("deleted (");
  });
});

async function report(deployment: number, state: string): Promise<void> {
  const path = `${repository}/deployments/${String(deployment)}/statuses`;
  await callCloud(sandbox, "github", "POST", path, { state });
}

import { randomInt } from "node:crypto";
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withClient } from "../../sandbox/cloud/postgres/test-query.ts";
import { changeSettings } from "./change-settings.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import {
  closePullRequest,
  commentsOf,
  deploymentVariables,
  openPullRequest,
  previewTraces,
  repositorySecrets,
} from "./preview-traces.ts";
import type { Ended } from "./sandbox.ts";
import { randomFrom } from "./random.ts";
import type { Secret } from "./tripwire.ts";
import { useSandbox } from "./use-sandbox.ts";

/** Environments of pull requests: what one is, and that nothing of any is ever left. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

/** Of every environment that was asked for them; they are gone with it. */
const secrets: Secret[] = [];

const environment = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "preview-env", ...words);

async function good(...words: readonly string[]): Promise<string> {
  const { status, output } = await environment(...words);
  expect(status, output).toBe(0);
  return output;
}

function loseState(pullRequest: number): void {
  const folder = join(sandbox.home, "state", ".pulumi", "stacks", "atlaris");
  for (const file of readdirSync(folder))
    if (file.startsWith(`pr-${String(pullRequest)}.`)) rmSync(join(folder, file), { force: true });
}

async function stacks(): Promise<readonly string[]> {
  const listed = JSON.parse(await sandbox.read("pulumi", "stack", "ls", "--json")) as { name: string }[];
  return listed.map(({ name }) => name.split("/").at(-1) ?? "");
}

describe("an environment of a pull request", { timeout: 300_000 }, () => {
  it("answers and generates plans; a sweep leaves it, and down leaves nothing of it", async () => {
    const number = await openPullRequest(sandbox, "faster-plans");
    const name = `pr-${String(number)}`;
    const told = await good("up", String(number));
    const outputs = JSON.parse(
      await sandbox.read("pulumi", "stack", "output", "--stack", name, "--json", "--show-secrets"),
    ) as { webUrl: string; smokeApiKey: string };
    secrets.push(...(await secretsOf(sandbox, name)));
    expect(told).toContain(outputs.webUrl);
    expect(await commentsOf(sandbox, number)).toEqual([expect.stringContaining(outputs.webUrl)]);
    const plan = await postPlan(outputs.webUrl, outputs.smokeApiKey, "sourdough");
    expect((await waitForPlan(outputs.webUrl, outputs.smokeApiKey, plan)).modules.length).toBeGreaterThan(0);

    const traces = await previewTraces(sandbox);
    expect(traces).toEqual(
      expect.arrayContaining([
        `neon: ${name}`,
        `fly: atlaris-worker-${name}`,
        `fly: atlaris-worker-regenerator-${name}`,
        `github: ${name}`,
      ]),
    );
    // Its variables are its deployment's: the project has none of them.
    expect(traces.filter((trace) => /^vercel: [A-Z_]+ /.test(trace))).toEqual([]);
    expect(await deploymentVariables(sandbox, name)).toEqual(
      expect.arrayContaining(["API_KEYS", "DATABASE_URL"]),
    );
    expect(await good("sweep")).toContain(`${name} stays: the pull request is open`);
    expect(await previewTraces(sandbox)).toEqual(traces);

    await good("down", String(number));
    expect(await previewTraces(sandbox)).toEqual([]);
    expect(await stacks()).toEqual(["staging"]);
    await good("down", String(number));
    expect(checkout.git("status", "--porcelain")).toBe("");
  });

  it("is in projects of its own where the settings have some, and changes nothing where staging and production are", async () => {
    const before = checkout.git("rev-parse", "HEAD");
    const vercel = { project: "apart" };
    changeSettings(checkout, "staging", {
      previews: { neon: { project: "apart" }, fly: { organization: "apart" }, vercel },
    });
    checkout.commit("Keep pull requests apart");
    const traces = await previewTraces(sandbox);
    const number = await openPullRequest(sandbox, "apart");
    const name = `pr-${String(number)}`;
    await good("up", String(number));
    const own = async (): Promise<readonly string[]> => {
      const ask = <T>(cloud: "neon" | "fly" | "vercel", path: string): Promise<T> =>
        callCloud<T>(sandbox, cloud, "GET", path);
      const { projects } = await ask<{ projects: { id: string; name: string }[] }>(
        "neon",
        "/api/v2/projects",
      );
      const project = projects.find((each) => each.name === "apart") ?? expect.fail("there is no project");
      const { branches } = await ask<{ branches: { name: string }[] }>(
        ...(["neon", `/api/v2/projects/${project.id}/branches`] as const),
      );
      const { apps } = await ask<{ apps: { name: string }[] }>("fly", "/v1/apps?org_slug=apart");
      const { id } = await ask<{ id: string }>("vercel", "/v9/projects/apart");
      const { deployments } = await ask<{ deployments: object[] }>(
        "vercel",
        `/v7/deployments?projectId=${id}`,
      );
      return [
        ...branches.map((branch) => branch.name).filter((each) => each !== "production"),
        ...apps.map((app) => app.name),
        ...(deployments.length > 0 ? ["deployment"] : []),
      ];
    };
    expect(await own()).toEqual(
      expect.arrayContaining([name, expect.stringMatching(new RegExp(`-${name}$`)), "deployment"]),
    );
    const ofShared = (await previewTraces(sandbox)).filter((trace) => !trace.startsWith("github: "));
    expect(ofShared.filter((trace) => trace.startsWith("neon: ") || trace.startsWith("fly: "))).toEqual(
      traces.filter((trace) => trace.startsWith("neon: ") || trace.startsWith("fly: ")),
    );
    await good("down", String(number));
    expect(await own()).toEqual([]);
    checkout.git("reset", "--hard", "--quiet", before);
  });

  it("is refused for a pull request that is closed, and for a number that is none", async () => {
    const number = await openPullRequest(sandbox, "closed-soon");
    await closePullRequest(sandbox, number);
    const closed = await environment("up", String(number));
    expect(closed.status, closed.output).toBe(2);
    expect(closed.output).toContain(`Pull request ${String(number)} is closed`);
    const { status, output } = await environment("up", "forty-two");
    expect(status).toBe(2);
    expect(output).toContain("bin/rollout preview-env up 42");
    expect(await previewTraces(sandbox)).toEqual([]);
  });

  it("is swept also where a call of a killed run took effect after the sweep before", async () => {
    const number = await openPullRequest(sandbox, "killed-late");
    const name = `pr-${String(number)}`;
    await closePullRequest(sandbox, number);
    await good("sweep");
    // What the calls of that run make, at clouds that were asked before its kill and act only now.
    await callCloud(sandbox, "fly", "POST", "/v1/apps", {
      app_name: `atlaris-worker-${name}`,
      org_slug: "personal",
    });
    await callCloud(sandbox, "github", "POST", "/repos/atlaris/atlaris/deployments", {
      ...{ ref: checkout.git("rev-parse", "HEAD").trim(), environment: name, task: "rollout" },
      ...{ auto_merge: false, required_contexts: [] },
    });
    expect(await previewTraces(sandbox)).toEqual(
      expect.arrayContaining([`fly: atlaris-worker-${name}`, `github: ${name}`]),
    );
    await good("sweep");
    expect(await previewTraces(sandbox)).toEqual([]);
  });
});

describe("a database for tests", { timeout: 120_000 }, () => {
  it("is made, emptied and dropped by a command each, and its address is reported only where it is asked", async () => {
    const file = join(sandbox.home, "test.env");
    const testDatabase = async (...words: readonly string[]): Promise<string> => {
      const { status, output } = await sandbox.run("bin/rollout", "test-database", ...words);
      expect(status, output).toBe(0);
      return output;
    };
    const told = await testDatabase("make", "--hours", "2", "--write", file, "--secret");
    const [, address = ""] = /^DATABASE_URL=(.*)\n$/.exec(readFileSync(file, "utf8")) ?? [];
    expect(told).not.toContain(new URL(address).password);
    secrets.push({ name: "password of the test database", value: new URL(address).password });
    expect(statSync(file).mode & 0o077).toBe(0);
    const tables = async (): Promise<number> =>
      withClient(address, async (client) => {
        const { rows } = await client.query("select from pg_tables where schemaname = 'public'");
        return rows.length;
      });
    expect(await tables()).toBe(0);
    await withClient(address, (client) => client.query("create table plans ()"));
    expect(await tables()).toBe(1);
    const emptied = await testDatabase("reset");
    const [, ends = ""] = /it ends at (\S+)\./.exec(emptied) ?? [];
    const [, made = ""] = /is there until (\S+)\. /.exec(told) ?? [];
    // For two hours, as it was made, and not for the usual 24.
    const later = Date.parse(ends) - Date.parse(made);
    expect(later).toBeLessThan(3_600_000);
    expect(await tables()).toBe(0);
    expect(await previewTraces(sandbox)).toEqual(["neon: test"]);
    expect(await repositorySecrets(sandbox)).toContain("DATABASE_URL");
    await testDatabase("drop", "--secret");
    expect(await previewTraces(sandbox)).toEqual([]);
    expect(await repositorySecrets(sandbox)).not.toContain("DATABASE_URL");
  });
});

/** How many are opened: `PREVIEW_ENVIRONMENTS=30 npm test -- tests/sandbox/preview-environments`. */
const count = Number(process.env["PREVIEW_ENVIRONMENTS"] ?? 4);
const seed = Number(process.env["PREVIEW_SEED"] ?? randomInt(1_000_000));
const mostAlive = 4;

describe(`${String(count)} environments, opened, killed, forgotten and closed at random`, () => {
  it(
    `leave nothing on any cloud after a sweep (PREVIEW_SEED=${String(seed)})`,
    { timeout: 120_000 * count },
    async () => {
      const random = randomFrom(seed);
      const alive: number[] = [];
      const close = async (): Promise<void> => {
        const [number] = alive.splice(Math.floor(random() * alive.length), 1);
        if (number === undefined) return;
        if (random() < 0.3) loseState(number);
        if (random() < 0.5) await good("down", String(number));
        await closePullRequest(sandbox, number);
        if (random() < 0.3) await good("sweep");
      };
      for (let opened = 0; opened < count; opened += 1) {
        while (alive.length >= mostAlive) await close();
        const number = await openPullRequest(sandbox, `change-${String(opened)}`);
        alive.push(number);
        if (random() < 0.5) await good("up", String(number));
        else await sandbox.killAfter(random() * 20_000, "bin/rollout", "preview-env", "up", String(number));
        if (random() < 0.4) await close();
      }
      for (const number of alive) await closePullRequest(sandbox, number);
      const swept = await good("sweep");
      expect(await previewTraces(sandbox), swept).toEqual([]);
    },
  );
});

describe("environments that are gone", () => {
  it("have shown no secret in what was printed and written, nor in the pull requests' comments", async () => {
    expect(secrets).toHaveLength(4);
    await expectNoSecret(sandbox, [...secrets, ...(await secretsOf(sandbox, "staging"))], {
      but: { "test.env": "the test database's address, which was asked for" },
    });
  });
});

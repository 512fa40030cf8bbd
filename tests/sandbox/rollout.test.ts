import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "./checkout.ts";
import { makeCheckout } from "./checkout.ts";
import type { Ended, Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";
import { watchCommandLines } from "./command-lines.ts";
import { callCloud, machinesOf, postPlan, rolloutStatus, sandboxSecrets, waitForPlan } from "./observe.ts";
import type { Secret } from "./tripwire.ts";
import { tripwireFor } from "./tripwire.ts";

/**
 * One environment's life on one machine, each chapter standing on the one before, as it does for a user. What is
 * observed is read from the clouds and the application, not from the tool's own words.
 */
let checkout: Checkout;
let sandbox: Sandbox;
/** Of every process of this machine, while a rollout ran. */
const commandLines = new Set<string>();

interface Outputs {
  readonly webUrl: string;
  readonly release: string;
  readonly smoke: string;
  readonly databaseUrl: string;
  readonly applicationDatabaseUrl: string;
  readonly smokeApiKey: string;
  readonly workers: Readonly<Record<string, { readonly machines: readonly string[] }>>;
}

const worker = "atlaris-worker-staging";
const regenerator = "atlaris-worker-regenerator-staging";

/** A secret of the workers; with the signs that differ from form to form. */
const planted: Secret = { name: "STRIPE_KEY", value: `sk/+?&="%\\ planted, with 'signs'` };

beforeAll(async () => {
  checkout = makeCheckout();
  sandbox = openSandbox(checkout.root);
  checkout.edit("Pulumi.staging.yaml", "secrets: []", `secrets: [${planted.name}]`);
  checkout.commit("Give the workers a secret");
  await giveSecret(planted);
}, 300_000);
afterAll(async () => {
  await sandbox.close();
  checkout.remove();
});

const up = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("pulumi", "up", "--stack", "staging", ...words);

async function goodUp(): Promise<string> {
  const { status, output } = await up();
  expect(status, output).toBe(0);
  return output;
}

async function outputs(): Promise<Outputs> {
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  return JSON.parse(await sandbox.read(...words)) as Outputs;
}

/** As docs/guide.md says it, the value on standard input. */
async function giveSecret({ name, value }: Secret): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "atlaris-secret-"));
  writeFileSync(join(folder, "value"), value);
  const set = `pulumi config set --stack staging --secret --path atlaris:secrets.${name} < ${folder}/value`;
  const { status, output } = await sandbox.run("sh", "-c", set);
  rmSync(folder, { recursive: true });
  expect(status, output).toBe(0);
}

/** The names of the resources on which the last lines of an `up` say that something was done. */
function acted(output: string): readonly string[] {
  const lines = output.matchAll(/^ (?:\+|~|\+-|-|\+\+|--) +\S+ (\S+) (?:created|updated|replaced|deleted)/gm);
  return [...new Set([...lines].map(([, name = ""]) => name))]
    .filter((name) => name !== "atlaris-staging")
    .sort();
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
      await expect(rolloutStatus(sandbox, release)).resolves.toEqual({
        commit: "success",
        deployment: "success",
      });
    },
  );

  it("generates a plan for whoever has the key, and for nobody else", { timeout: 60_000 }, async () => {
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
    // Whoever serves the environment is logged in by that role, and nobody by the owner's.
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

  it("is left alone by a second up, which says so", { timeout: 120_000 }, async () => {
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

describe("staging, commit by commit", () => {
  it("deploys the one worker that a commit touches, and no other", { timeout: 180_000 }, async () => {
    const before = {
      worker: await machinesOf(sandbox, worker),
      regenerator: await machinesOf(sandbox, regenerator),
    };
    checkout.edit(
      "src/workers/plan-regenerator.ts",
      "You improve learning plans.",
      "You improve plans for learning.",
    );
    const commit = checkout.commit("Change the regenerator's words");
    const output = await goodUp();
    expect(acted(output)).toEqual([
      "attempt",
      "gate",
      "regenerator-deployment",
      "smoke",
      "status",
      "worker-image-build",
    ]);
    const { release } = await outputs();
    expect(release).toBe(commit);
    expect((await machinesOf(sandbox, worker)).map(({ pid }) => pid)).toEqual(
      before.worker.map(({ pid }) => pid),
    );
    expect((await machinesOf(sandbox, regenerator))[0]?.pid).not.toBe(before.regenerator[0]?.pid);
  });

  it("turns a feature off and sets a number, each where it is read alone", { timeout: 300_000 }, async () => {
    const rest = ["attempt", "gate", "smoke", "status"];
    checkout.edit("Pulumi.staging.yaml", "regeneration: true", "regeneration: false");
    checkout.commit("Switch regeneration off");
    expect(acted(await goodUp())).toEqual(
      [...rest, "web-FEATURE_FLAGS", "web-deployment", "web-live"].sort(),
    );
    const { webUrl, smokeApiKey } = await outputs();
    const health = (await (await fetch(`${webUrl}/api/health`)).json()) as { readonly flags: unknown };
    expect(health.flags).toEqual({ regeneration: false });
    const planId = await postPlan(webUrl, smokeApiKey, "Glue");
    const answer = await fetch(`${webUrl}/api/plans/${planId}/regenerate`, {
      method: "POST",
      headers: { authorization: `Bearer ${smokeApiKey}` },
    });
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("is off")]);

    checkout.edit("Pulumi.staging.yaml", "regeneration: false", "regeneration: true");
    checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 1");
    checkout.commit("Write short plans");
    const both = ["worker", "regenerator"].flatMap((name) => [`${name}-secrets`, `${name}-deployment`]);
    expect(acted(await goodUp())).toEqual(
      [...rest, "web-FEATURE_FLAGS", "web-deployment", "web-live", ...both].sort(),
    );
    const short = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Wood"));
    expect(short.modules).toHaveLength(1);
    expect(await sandbox.read("logs", worker)).toContain('"maxModules":1');
    checkout.git("reset", "--quiet", "--hard", "HEAD~2");
    await goodUp();
  });

  it("deploys nothing for a commit that touches the documentation alone", { timeout: 120_000 }, async () => {
    const before = [...(await machinesOf(sandbox, worker)), ...(await machinesOf(sandbox, regenerator))];
    checkout.write("docs/note.md", "# A note\n");
    checkout.commit("Write a note");
    expect(acted(await goodUp())).toEqual(["attempt", "gate", "status"]);
    const after = [...(await machinesOf(sandbox, worker)), ...(await machinesOf(sandbox, regenerator))];
    expect(after).toEqual(before);
  });

  it("does not let a commit in whose CI is red, and writes nothing", { timeout: 180_000 }, async () => {
    const live = await outputs();
    checkout.write("docs/note.md", "# Another note\n");
    const commit = checkout.commit("Write another note");
    await sandbox.read("ci", "--fail");
    const { status, output } = await up();
    expect(status, output).not.toBe(0);
    expect(output).toMatch(/check ci of commit \w+: expected success, found failure/);
    await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
      commit: undefined,
      deployment: undefined,
    });
    expect((await outputs()).smoke).toBe(live.smoke);
    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("leaves schema, workers and web as they were when a migration fails", { timeout: 180_000 }, async () => {
    const before = await observed();
    checkout.write(
      "src/db/migrations/0002_broken.sql",
      "-- undo: ALTER TABLE plans DROP COLUMN half;\nALTER TABLE plans ADD COLUMN half text;\n--> statement-breakpoint\nSELECT 1 / 0;\n",
    );
    const journal = JSON.parse(
      readFileSync(join(checkout.root, "src/db/migrations/meta/_journal.json"), "utf8"),
    ) as {
      entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[];
    };
    const last = journal.entries.at(-1);
    journal.entries.push({
      idx: 2,
      version: "7",
      when: (last?.when ?? 0) + 1000,
      tag: "0002_broken",
      breakpoints: true,
    });
    checkout.write("src/db/migrations/meta/_journal.json", JSON.stringify(journal));
    checkout.edit("src/workers/index.ts", "You write learning plans.", "You write plans for learning.");
    const commit = checkout.commit("Break the migration");
    const { status, output } = await up();
    expect(status, output).not.toBe(0);
    expect(output).toContain("division by zero");
    expect(await observed()).toEqual(before);
    await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
      commit: "failure",
      deployment: "failure",
    });

    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(acted(await goodUp())).not.toContain("worker-deployment");
    expect(await observed()).toEqual(before);
  });
});

describe("staging, when its smoke test fails", () => {
  let good: string;
  let broken: string;

  it("is marked failed, the reason first", { timeout: 180_000 }, async () => {
    good = checkout.git("rev-parse", "HEAD");
    checkout.edit(
      "src/plans/plan-requests.ts",
      "return accepted;",
      "return { ...accepted, jobId: randomUUID() };",
    );
    broken = checkout.commit("Answer with the wrong job");
    const { status, output } = await up();
    expect(status, output).not.toBe(0);
    const [firstError] = /error: .*/.exec(output.slice(output.indexOf("Updating"))) ?? [];
    expect(firstError).toMatch(
      /smoke failed: smoke test, the job in the queue: .* is not in the queue's table/,
    );
    await expect(rolloutStatus(sandbox, broken)).resolves.toEqual({
      commit: "failure",
      deployment: "failure",
    });
  });

  it("really deploys and tests the release before it when one goes back", { timeout: 180_000 }, async () => {
    checkout.git("checkout", "--quiet", good);
    const output = await goodUp();
    expect(acted(output)).toEqual(expect.arrayContaining(["smoke", "status", "web-deployment", "web-live"]));
    const { release, smoke } = await outputs();
    expect(release).toBe(good);
    expect(smoke).toContain("smoke test passed");
    await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
  });

  it("is tested anew when the same release is mended and tried again", { timeout: 240_000 }, async () => {
    checkout.git("checkout", "--quiet", "main");
    expect((await up()).status).not.toBe(0);
    // A refresh must not take the failure for a success.
    const again = await sandbox.run("pulumi", "up", "--stack", "staging", "--refresh");
    expect(again.status, "the same broken release again").not.toBe(0);
    checkout.edit(
      "src/plans/plan-requests.ts",
      "return { ...accepted, jobId: randomUUID() };",
      "return accepted;",
    );
    const mended = checkout.commit("Answer with the right job");
    const output = await goodUp();
    expect(acted(output)).toEqual(expect.arrayContaining(["smoke", "status", "web-live"]));
    await expect(rolloutStatus(sandbox, mended)).resolves.toEqual({
      commit: "success",
      deployment: "success",
    });
  });
});

describe("staging, when a worker does not start", () => {
  it(
    "fails with the worker's own words, and is tested anew when one goes back",
    { timeout: 240_000 },
    async () => {
      const good = checkout.git("rev-parse", "HEAD");
      const before = (await outputs()).smoke;
      checkout.edit(
        "src/workers/index.ts",
        "exitOnSettingsError(",
        'throw new Error("broken at boot");\nexitOnSettingsError(',
      );
      const broken = checkout.commit("Break the worker's start");
      const { status, output } = await up();
      expect(status, output).not.toBe(0);
      const [firstError] = /error: [^]*?broken at boot/.exec(output.slice(output.indexOf("Updating"))) ?? [];
      expect(firstError, output).toContain("worker-deployment failed: deploying atlaris-worker-staging");
      await expect(rolloutStatus(sandbox, broken)).resolves.toEqual({
        commit: "failure",
        deployment: "failure",
      });

      checkout.git("checkout", "--quiet", good);
      expect(acted(await goodUp())).toEqual(expect.arrayContaining(["worker-deployment", "smoke", "status"]));
      expect((await outputs()).smoke).not.toBe(before);
      await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
      checkout.git("checkout", "--quiet", "main");
      checkout.git("reset", "--quiet", "--hard", good);
    },
  );
});

describe("staging, when a rollout is killed", () => {
  it("brings back what ran before when one goes back, and proves it", { timeout: 300_000 }, async () => {
    const good = checkout.git("rev-parse", "HEAD");
    const [before] = await machinesOf(sandbox, worker);
    const proof = (await outputs()).smoke;
    checkout.edit("src/workers/index.ts", "You write learning plans.", "You write plans to learn by.");
    checkout.commit("Change the worker's words");
    // The worker is new and the state does not know it yet.
    await sandbox.runUntil(
      async () => (await machinesOf(sandbox, worker))[0]?.image !== before?.image,
      "pulumi",
      ...["up", "--stack", "staging", "--skip-preview"],
    );
    await sandbox.read("pulumi", "cancel", "--stack", "staging", "--yes");

    checkout.git("checkout", "--quiet", good);
    const output = await goodUp();
    expect(acted(output)).toEqual(expect.arrayContaining(["worker-deployment", "smoke", "status"]));
    expect((await machinesOf(sandbox, worker))[0]?.image).toBe(before?.image);
    expect((await outputs()).smoke).not.toBe(proof);
    await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
  });
});

describe("staging, taken away", () => {
  it("comes up again from nothing after a destroy", { timeout: 300_000 }, async () => {
    const { status, output } = await sandbox.run("pulumi", "destroy", "--stack", "staging");
    expect(status, output).toBe(0);
    await goodUp();
    const { webUrl, smokeApiKey } = await outputs();
    const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Maps"));
    expect(plan.modules.length).toBeGreaterThan(0);
  });
});

describe("staging, its secrets made anew", { timeout: 300_000 }, () => {
  /** Every value that there was, old and new. */
  const secrets = new Map<string, Secret>();

  async function note(): Promise<Outputs & { readonly bypass: string }> {
    const found = await outputs();
    const project = await callCloud<{ protectionBypass?: Readonly<Record<string, unknown>> }>(
      sandbox,
      "vercel",
      "GET",
      "/v9/projects/atlaris?teamId=team_atlaris",
    );
    const [bypass = ""] = Object.keys(project.protectionBypass ?? {});
    for (const [name, value] of [
      ["database password", new URL(found.databaseUrl).password],
      ["database address", found.databaseUrl],
      ["application password", new URL(found.applicationDatabaseUrl).password],
      ["smoke test key", found.smokeApiKey],
      ["protection bypass", bypass],
    ] as const)
      if (value !== "") secrets.set(value, { name, value });
    return { ...found, bypass };
  }

  async function rotate(secret: string, ...words: readonly string[]): Promise<void> {
    const watch = watchCommandLines();
    const { status, output } = await sandbox.run(
      ...["bin/rollout", "rotate", secret, "--stack", "staging", ...words],
    );
    for (const line of await watch.stop()) commandLines.add(line);
    expect(status, output).toBe(0);
  }

  it("takes the new key of the smoke test, and refuses the old one", async () => {
    const before = await note();
    const protection = ["--path", "atlaris:vercel.deploymentProtection", "all_deployments"];
    await sandbox.read("pulumi", "config", "set", "--stack", "staging", ...protection);
    await rotate("smoke-test-key", "--json");
    const { webUrl, smokeApiKey, bypass } = await note();
    const passing = { "x-vercel-protection-bypass": bypass };
    expect(smokeApiKey).not.toBe(before.smokeApiKey);
    await expect(postPlan(webUrl, before.smokeApiKey, "Tea", passing)).rejects.toThrow("401");
    await expect(postPlan(webUrl, smokeApiKey, "Tea", passing)).resolves.toEqual(expect.any(String));
  });

  it("lets the new bypass past the deployment protection, and not the old one", async () => {
    const before = await note();
    const open = async (bypass: string): Promise<number> =>
      (await fetch(`${before.webUrl}/api/health`, { headers: { "x-vercel-protection-bypass": bypass } }))
        .status;
    expect(await open("")).toBe(401);
    expect(await open(before.bypass)).toBe(200);
    await rotate("protection-bypass");
    const after = await note();
    expect(await open(before.bypass)).toBe(401);
    expect(await open(after.bypass)).toBe(200);
  });

  it("logs in with the new passwords of the database, and not with the old ones", async () => {
    const before = await note();
    await rotate("database-password");
    const owner = await note();
    await expect(ask(before.databaseUrl, "SELECT 1")).rejects.toThrow("password authentication failed");
    await expect(ask(owner.databaseUrl, "SELECT 1")).resolves.toHaveLength(1);
    expect(owner.applicationDatabaseUrl).toBe(before.applicationDatabaseUrl);
    await rotate("application-password");
    const { webUrl, smokeApiKey, applicationDatabaseUrl, bypass } = await note();
    await expect(ask(before.applicationDatabaseUrl, "SELECT 1")).rejects.toThrow(
      "password authentication failed",
    );
    await expect(ask(applicationDatabaseUrl, "SELECT 1")).resolves.toHaveLength(1);
    const passing = { "x-vercel-protection-bypass": bypass };
    const planId = await postPlan(webUrl, smokeApiKey, "Salt", passing);
    await expect(waitForPlan(webUrl, smokeApiKey, planId, passing)).resolves.toBeDefined();
  });

  describe("and all through", () => {
    /** What holds secrets by its nature; all else in the sandbox's folder, databases and images too, holds none. */
    const stores = {
      "tokens.json": "the sandbox's own tokens, for their owner alone",
      "cloud/neon/state.json": "Neon can show a role's password again",
      "cloud/fly/state.json": "Fly.io gives apps their secrets",
      "cloud/vercel/state.json": "Vercel freezes variables into deployments",
      "cloud/github/state.json": "GitHub gives secrets to workflows",
    };
    const everySecret = (): readonly Secret[] => [...sandboxSecrets(sandbox), planted, ...secrets.values()];

    it("shows no secret: not in state, events, output, logs, command lines or any other file", async () => {
      await note();
      // Six tokens and the passphrase; the planted one; the others in two values at least, the address with the password.
      expect(everySecret().length).toBeGreaterThanOrEqual(7 + 1 + 5 * 2);
      const tripwire = tripwireFor(everySecret());
      const home = tripwire.below(sandbox.home, stores);
      const exported = await sandbox.read("pulumi", "stack", "export", "--stack", "staging");
      const logs = await Promise.all([worker, regenerator].map((app) => sandbox.read("logs", app)));
      const folders = readdirSync(checkout.root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
        .map(({ name }) => join(checkout.root, name));
      expect(commandLines.size).toBeGreaterThan(50);
      expect([
        ...home.leaks,
        ...folders.flatMap((folder) => tripwire.below(folder).leaks),
        ...tripwire.in("the exported state", exported),
        ...logs.flatMap((log) => tripwire.in("the applications' logs", log)),
        ...sandbox.printed.flatMap((text) => tripwire.in(`printed by ${text.split("\n")[0] ?? ""}`, text)),
        ...[...commandLines].flatMap((line) =>
          tripwire.in(`a command line of ${line.split(" ")[0] ?? ""}`, line),
        ),
      ]).toEqual([]);
      expect(home.files).toBeGreaterThan(1000);
    });

    it("would show one: in a log, and in base64 in a copy of the state", () => {
      const state = join(sandbox.home, "state", ".pulumi", "copy.json");
      const log = join(sandbox.home, "logs", "planted.log");
      const [password] = [...secrets.values()].filter(({ name }) => name === "database password");
      writeFileSync(log, `connecting with ${planted.value}\n`);
      writeFileSync(
        state,
        JSON.stringify({ note: Buffer.from(`x:${password?.value ?? ""}`).toString("base64") }),
      );
      const { leaks } = tripwireFor(everySecret()).below(sandbox.home, stores);
      rmSync(state);
      rmSync(log);
      expect([...leaks].sort()).toEqual([
        "logs/planted.log: STRIPE_KEY, raw",
        "state/.pulumi/copy.json: database password, base64",
      ]);
    });
  });
});

/** @throws where the database does not let this address in, or refuses the statement. */
async function ask(databaseUrl: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** What a user of the environment can tell: schema and sources of the web, machines of the workers. */
async function observed(): Promise<unknown> {
  const { webUrl } = await outputs();
  const health: unknown = await (await fetch(`${webUrl}/api/health`)).json();
  return {
    health,
    worker: await machinesOf(sandbox, worker),
    regenerator: await machinesOf(sandbox, regenerator),
  };
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "./checkout.ts";
import { makeCheckout } from "./checkout.ts";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { callCloud, postPlan, rolloutStatus, sandboxSecrets, waitForPlan } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";

/**
 * Releases that fail, each in another way and at another step, over one that is good. Afterwards the environment is
 * that one again, as the clouds, the database and a user see it.
 *
 * `ROLLOUT_FAILURES=all npm test -- tests/sandbox/failures` has every failure, CI the few that differ most; with
 * `ROLLOUT_PROFILE=realistic` the clouds take as long as the real ones.
 */
let checkout: Checkout;
let sandbox: Sandbox;
let webUrl = "";
let key = "";
let seen: SeenEnvironment;
let goodCommit = "";
/** From the failed check to the verified release before, in seconds, by failure. */
const restored = new Map<string, number>();

const all = process.env["ROLLOUT_FAILURES"] === "all";
/** How long the clouds take for each call: `ROLLOUT_PROFILE=realistic`; as fast as the machine is where nothing is said. */
const profile = process.env["ROLLOUT_PROFILE"] ?? "none";

beforeAll(async () => {
  checkout = makeCheckout();
  sandbox = openSandbox(checkout.root);
  checkout.edit("Pulumi.staging.yaml", "worker: { count: 1 }", "worker: { count: 2 }");
  // What hangs is given up soon: the limit is a setting of the environment and no part of a release.
  checkout.edit("Pulumi.staging.yaml", "    secrets: []", "    secrets: []\n    waitSeconds: 20");
  goodCommit = checkout.commit("Two machines, and little patience");
  const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
  expect(status, output).toBe(0);
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  const outputs = JSON.parse(await sandbox.read(...words)) as { webUrl: string; smokeApiKey: string };
  [webUrl, key] = [outputs.webUrl, outputs.smokeApiKey];
  seen = await seeEnvironment(sandbox, webUrl);
  await calm();
}, 600_000);
afterAll(async () => {
  const times = [...restored.values()].sort((one, other) => one - other);
  const p95 = times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
  const lines = [...restored].map(([name, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
  process.stdout.write(
    `From the failed check to the release before, verified: p95 ${p95.toFixed(1)} s of ${String(times.length)}\n${lines.join("")}`,
  );
  await sandbox.close();
  checkout.remove();
});

interface Failure {
  readonly step: string;
  /** Breaks the checkout, or the clouds. */
  readonly by: () => Promise<void> | void;
  /** Whether CI has it. */
  readonly always?: boolean;
}

let releases = 0;

/**
 * So that every failing release is another one than the good one, with workers and a web application that no release
 * before it has built.
 */
function changeAll(): void {
  releases += 1;
  const number = String(releases);
  checkout.edit(
    "src/workers/index.ts",
    "You write learning plans.",
    `You write plans to learn by (${number}).`,
  );
  checkout.edit(
    "src/workers/plan-regenerator.ts",
    "exitOnSettingsError(",
    `process.title = "regenerator ${number}";\nexitOnSettingsError(`,
  );
  checkout.edit("src/api/plan-routes.ts", "There is no such plan", `There is no plan of that id (${number})`);
  checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 5");
}

/** The clouds do what they are asked again. */
async function calm(): Promise<void> {
  await sandbox.read("faults", "clear");
  await sandbox.read("faults", "profile", profile);
}

const fault = async (...words: readonly string[]): Promise<void> => {
  await sandbox.read("faults", "add", ...words);
};

function addMigration(sql: string): void {
  checkout.write("src/db/migrations/0002_half.sql", `-- undo: ALTER TABLE plans DROP COLUMN half;\n${sql}\n`);
  const file = "src/db/migrations/meta/_journal.json";
  const journal = JSON.parse(checkout.read(file)) as { entries: { when: number }[] };
  const when = Math.max(...journal.entries.map((each) => each.when)) + 1_000;
  const entry = { idx: journal.entries.length, version: "7", when, tag: "0002_half", breakpoints: true };
  journal.entries.push(entry);
  checkout.write(file, JSON.stringify(journal));
}

const failures: Readonly<Record<string, Failure>> = {
  "the image does not build": {
    step: "worker-image-build",
    by: () => checkout.edit("Dockerfile.worker", "RUN npm run", "RUN exit 7; npm run"),
  },
  "the web application does not build": {
    step: "web-deployment",
    by: () => checkout.edit("package.json", '"build:web": "', '"build:web": "exit 7; '),
    always: true,
  },
  "Vercel takes no deployment": {
    step: "web-deployment",
    by: () =>
      fault(
        "--cloud",
        "vercel",
        "--method",
        "POST",
        "--path",
        "/v13/deployments",
        "--kind",
        "status",
        "--status",
        "400",
      ),
  },
  "a migration breaks off": {
    step: "rehearsal",
    by: () =>
      addMigration("ALTER TABLE plans ADD COLUMN half text;\n--> statement-breakpoint\nSELECT 1 / 0;"),
  },
  "the migration is not run": {
    step: "migration",
    by: () => {
      addMigration("ALTER TABLE plans ADD COLUMN half text;");
      // The rehearsal runs that of the application itself.
      checkout.edit("package.json", '"db:migrate": "', '"db:migrate": "exit 7; ');
    },
  },
  "Neon makes no backup": {
    step: "backup",
    by: async () => {
      await failures["a migration breaks off"]?.by();
      await fault(
        "--cloud",
        "neon",
        "--method",
        "POST",
        "--path",
        "**/branches",
        "--kind",
        "status",
        "--status",
        "400",
      );
    },
  },
  "Fly takes no secrets": {
    step: "worker-secrets",
    by: () =>
      fault(
        "--cloud",
        "fly",
        "--method",
        "POST",
        "--path",
        "**/secrets",
        "--kind",
        "status",
        "--status",
        "400",
      ),
  },
  "a worker exits when it starts": {
    step: "worker-deployment",
    by: () =>
      checkout.edit("src/workers/index.ts", "exitOnSettingsError(", "process.exit(3);\nexitOnSettingsError("),
  },
  "the other worker hangs when it starts": {
    step: "regenerator-deployment",
    by: () =>
      checkout.edit(
        "src/workers/plan-regenerator.ts",
        "exitOnSettingsError(",
        "await new Promise((resolve) => setTimeout(resolve, 3_600_000));\nexitOnSettingsError(",
      ),
  },
  "one machine of two is not to be changed": {
    step: "worker-deployment",
    by: () =>
      fault(
        "--cloud",
        "fly",
        "--method",
        "POST",
        "--path",
        "/v1/apps/atlaris-worker-staging/machines/*",
        "--kind",
        "status",
        "--status",
        "422",
        "--skip",
        "1",
        "--times",
        "1",
      ),
    always: true,
  },
  "Vercel does not point the address at it": {
    step: "web-live",
    by: () =>
      fault(
        "--cloud",
        "vercel",
        "--method",
        "POST",
        "--path",
        "**/aliases",
        "--kind",
        "status",
        "--status",
        "400",
        "--times",
        "1",
      ),
  },
  "an answer names the wrong job": {
    step: "smoke",
    by: () =>
      checkout.edit(
        "src/plans/plan-requests.ts",
        "return accepted;",
        "return { ...accepted, jobId: randomUUID() };",
      ),
    always: true,
  },
  "GitHub takes no status": {
    step: "status",
    by: () =>
      fault(
        "--cloud",
        "github",
        "--method",
        "POST",
        "--path",
        "**/deployments/*/statuses",
        "--kind",
        "status",
        "--status",
        "422",
        "--skip",
        "1",
        "--times",
        "1",
      ),
  },
};

const chosen = Object.entries(failures).filter(([, { always }]) => all || always);

describe("a release that fails", { timeout: 400_000 }, () => {
  it.each(chosen)("because %s leaves the one before, and says so", async (name, { step, by }) => {
    changeAll();
    await by();
    const commit = checkout.commit(`Break it: ${name}`);
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging", "--json");
    await calm();
    checkout.git("reset", "--quiet", "--hard", goodCommit);
    expect(status, output).toBe(4);
    expect(output).not.toContain("without giving its lease back");

    expect(await seeEnvironment(sandbox, webUrl)).toEqual(seen);
    const plan = await waitForPlan(webUrl, key, await postPlan(webUrl, key, name));
    expect(plan.modules.every(({ tasks }) => tasks.length > 0)).toBe(true);
    await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
      commit: "failure",
      deployment: "failure",
    });

    const ends = output
      .split("\n")
      .filter((line) => line.startsWith('{"kind":"end"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(ends.map(({ result }) => result)).toEqual(["failed", "rolled back"]);
    expect(ends[0]?.["failedSteps"]).toContain(step);
    restored.set(name, Number(ends[1]?.["seconds"]));
    const [issue] = await callCloud<{ title: string; body: string; html_url: string }[]>(
      sandbox,
      "github",
      "GET",
      "/repos/atlaris/atlaris/issues?labels=incident&state=open&per_page=1",
    );
    expect(issue?.html_url).toBe(ends[1]?.["incident"]);
    expect(issue?.title).toContain(`failed at ${(ends[0]?.["failedSteps"] as string[]).join(" and ")}`);
    expect(issue?.body).toContain("proven by its smoke test");
    for (const { name: secret, value } of sandboxSecrets(sandbox))
      expect(issue?.body.includes(value), secret).toBe(false);
  });

  it("is brought back by the command that it names, when plain pulumi has rolled it out", async () => {
    changeAll();
    await failures["a worker exits when it starts"]?.by();
    checkout.commit("Break it for plain pulumi");
    const { status, output } = await sandbox.run("pulumi", "up", "--stack", "staging", "--skip-preview");
    expect(status).not.toBe(0);
    expect(output).toContain("the last good release again: bin/rollout rollback --stack staging");
    const back = await sandbox.run("bin/rollout", "rollback", "--stack", "staging");
    checkout.git("reset", "--quiet", "--hard", goodCommit);
    expect(back.status, back.output).toBe(0);
    expect(await seeEnvironment(sandbox, webUrl)).toEqual(seen);
  });

  it("that cannot be brought back says so, and is brought back once the cause is mended", async () => {
    changeAll();
    checkout.commit("Meet a cloud that refuses");
    const machine = ["--cloud", "fly", "--method", "POST", "--path", "/v1/apps/*/machines/*"];
    await fault(...machine, "--kind", "status", "--status", "422");
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    await calm();
    expect(status, output).toBe(5);
    expect(output).toMatch(/staging is not restored: the way back to release \w+ \(#\d+\) failed too/);
    const back = await sandbox.run("bin/rollout", "rollback", "--stack", "staging");
    checkout.git("reset", "--quiet", "--hard", goodCommit);
    expect(back.status, back.output).toBe(0);
    expect(await seeEnvironment(sandbox, webUrl)).toEqual(seen);
  });

  it("is tried again by the same command, and then is live", async () => {
    changeAll();
    checkout.commit("Mend it");
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(status, output).toBe(0);
    const now = await seeEnvironment(sandbox, webUrl);
    expect(now.healthy).toEqual(seen.healthy);
    expect(now.deployment).not.toBe(seen.deployment);
    // The state says what runs.
    const drift = await sandbox.run(
      "pulumi",
      "preview",
      "--stack",
      "staging",
      "--refresh",
      "--expect-no-changes",
    );
    expect(drift.status, drift.output).toBe(0);
  });
});

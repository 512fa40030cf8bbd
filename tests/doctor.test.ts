import { Vercel } from "@vercel/sdk";
import { Octokit } from "@octokit/rest";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AccountsUnderTest } from "../cli/doctor/test-accounts.ts";
import { examineAccounts, recordAsMade } from "../cli/doctor/test-accounts.ts";
import { open as openFly } from "../sandbox/cloud/fly/index.ts";
import { open as openGithub } from "../sandbox/cloud/github/index.ts";
import { pushedCommit } from "../sandbox/cloud/github/test-client.ts";
import { open as openNeon } from "../sandbox/cloud/neon/index.ts";
import { connect, type TestNeon } from "../sandbox/cloud/neon/test-client.ts";
import type { CloudName } from "../sandbox/cloud/stand-in.ts";
import { freePort, openTestCloud, type TestCloud } from "../sandbox/cloud/test-context.ts";
import { open as openVercel } from "../sandbox/cloud/vercel/index.ts";

const names = ["neon", "fly", "vercel", "github"] as const;
type Name = (typeof names)[number];

const clouds = {} as Record<Name, TestCloud>;
let neon: TestNeon;
let vercel: Vercel;
let github: Octokit;
const at = { owner: "atlaris", repo: "atlaris" };
const commit = pushedCommit("doctor");
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // What the emulator refuses is asserted, not printed.
}

beforeAll(async () => {
  const openers = { neon: openNeon, fly: openFly, vercel: openVercel, github: openGithub };
  for (const name of names) clouds[name] = await openTestCloud(name, openers[name]);
  neon = connect(clouds.neon);
  vercel = new Vercel({ bearerToken: clouds.vercel.token, serverURL: clouds.vercel.origin });
  github = new Octokit({ auth: clouds.github.token, baseUrl: clouds.github.origin, log: silent });
}, 120_000);
afterAll(async () => {
  for (const name of names) await clouds[name].close();
}, 120_000);
afterEach(async () => {
  for (const name of names) await clouds[name].account.reset();
});

type Account = Readonly<Record<string, string>>;

/** Sets what each cloud's account is, by its setting. */
async function setAccounts(account: Account): Promise<void> {
  for (const [setting, value] of Object.entries(account))
    await clouds[setting.split(".")[0] as Name].account.set(setting, value);
}

const access = (): AccountsUnderTest["access"] => ({
  neon: { baseUrl: `${clouds.neon.origin}/api/v2`, token: clouds.neon.token },
  fly: { baseUrl: clouds.fly.origin, token: clouds.fly.token },
  vercel: { baseUrl: clouds.vercel.origin, token: clouds.vercel.token },
  github: { baseUrl: clouds.github.origin, token: clouds.github.token },
});

/** Vercel's answer for a name that is free. */
const free: typeof fetch = () =>
  Promise.resolve(new Response(null, { status: 404, headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" } }));

const examine = (more: Partial<AccountsUnderTest> = {}) =>
  examineAccounts({ access: access(), commit, look: free, ...more });

/** Names of the checks that do not hold. */
async function failing(more: Partial<AccountsUnderTest> = {}): Promise<readonly string[]> {
  return (await examine(more)).filter(({ verdict }) => verdict === "fails").map(({ name }) => name);
}

const writes = (): number =>
  names.reduce((sum, name) => sum + (clouds[name].wire.calls()[name as CloudName]?.writes ?? 0), 0);

/** A call to Fly as its documents have it; gives the status. */
async function fly(method: string, path: string, body?: object): Promise<number> {
  const answer = await fetch(clouds.fly.origin + path, {
    method,
    headers: { authorization: `Bearer ${clouds.fly.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.text();
  return answer.status;
}

const app = "atlaris-worker-staging";
const createApp = (name: string): Promise<number> =>
  fly("POST", "/v1/apps?wait=true", { name, org_slug: "personal", network: "" });

const production = { ...at, environment_name: "production" };

interface Cell {
  readonly account: Account;
  /** What the account cannot do, as the emulator answers it. */
  readonly refused: () => Promise<unknown>;
  readonly announced: readonly string[];
  readonly under?: Partial<AccountsUnderTest>;
}

/** Each property of an account with which a rollout of these settings would fail. */
const cells: readonly Cell[] = [
  {
    account: { "neon.key": "personal" },
    refused: () => expect(neon.projects.create({ name: "atlaris" })).rejects.toMatchObject({ status: 400 }),
    announced: ["Neon key"],
  },
  {
    account: { "neon.plan": "free" },
    refused: () =>
      expect(neon.projects.create({ name: "a", history_retention_seconds: 86_400 })).rejects.toMatchObject({
        status: 400,
      }),
    announced: ["Neon history"],
  },
  {
    account: { "vercel.token": "other" },
    refused: () =>
      expect(
        vercel.projects.createProject({ teamId: "team_atlaris", requestBody: { name: "atlaris" } }),
      ).rejects.toMatchObject({ statusCode: 403 }),
    announced: ["Vercel token"],
  },
  {
    account: { "vercel.plan": "hobby" },
    under: { settings: { vercel: { deploymentProtection: "all_deployments" } } },
    refused: () =>
      expect(
        vercel.projects.createProject({
          requestBody: { name: "atlaris", ssoProtection: { deploymentType: "all" } },
        }),
      ).rejects.toMatchObject({ statusCode: 403 }),
    announced: ["Vercel deployment protection"],
  },
  {
    account: { "fly.names": "taken" },
    refused: async () => expect(await createApp(app)).toBe(422),
    announced: [`Fly app ${app}`, "Fly app atlaris-worker-regenerator-staging", "Fly app atlaris-images"],
  },
  {
    account: { "fly.token": "deploy" },
    refused: async () => expect(await createApp(app)).toBe(403),
    announced: [
      "Fly token",
      `Fly app ${app}`,
      "Fly app atlaris-worker-regenerator-staging",
      "Fly app atlaris-images",
    ],
  },
  {
    account: { "github.token": "classic-public" },
    refused: () =>
      expect(
        github.repos.createDeployment({ ...at, ref: commit, required_contexts: [] }),
      ).rejects.toMatchObject({ status: 404 }),
    announced: ["GitHub token", "GitHub CI"],
  },
  {
    account: { "github.role": "write" },
    refused: () =>
      expect(github.repos.createOrUpdateEnvironment(production)).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub role"],
  },
  {
    account: { "github.plan": "free" },
    refused: () =>
      expect(
        github.repos.createRepoRuleset({ ...at, name: "main", enforcement: "active" }),
      ).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub branch rules"],
  },
  ...(["free", "team"] as const).map((plan): Cell => ({
    account: { "github.plan": plan, "github.owner": "organization" },
    under: { stack: "prod" },
    refused: () =>
      expect(github.repos.createOrUpdateEnvironment({ ...production, wait_timer: 5 })).rejects.toMatchObject({
        status: 422,
      }),
    announced: ["Neon project", "GitHub environment rules"],
  })),
  {
    account: { "github.lacks": "checks,actions", "github.ci": "job" },
    refused: () =>
      expect(github.checks.listForRef({ ...at, ref: commit })).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub rights", "GitHub CI"],
  },
  ...(
    [
      ["administration", () => github.repos.createRepoRuleset({ ...at, name: "m", enforcement: "active" })],
      ["contents", () => github.git.createRef({ ...at, ref: "refs/rollouts/x/lease", sha: commit })],
      ["deployments", () => github.repos.createDeployment({ ...at, ref: commit, required_contexts: [] })],
      [
        "environments",
        () => github.actions.createEnvironmentVariable({ ...production, name: "A", value: "b" }),
      ],
      ["issues", () => github.issues.create({ ...at, title: "incident" })],
      ["pull_requests", () => github.pulls.list(at)],
      ["secrets", () => github.actions.createRepoVariable({ ...at, name: "A", value: "b" })],
    ] as const
  ).map(([right, call]): Cell => ({
    account: { "github.lacks": right },
    refused: () => expect(call()).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub rights"],
  })),
  {
    account: { "github.lacks": "statuses" },
    refused: () =>
      expect(github.repos.createCommitStatus({ ...at, sha: commit, state: "success" })).rejects.toMatchObject(
        { status: 403 },
      ),
    announced: ["GitHub rights"],
  },
];

describe("accounts with which a rollout would fail", { timeout: 60_000 }, () => {
  it.each(cells.map((cell) => [JSON.stringify(cell.account), cell] as const))(
    "are announced, without a write: %s",
    async (_name, { account, refused, announced, under = {} }) => {
      await setAccounts(account);
      const before = writes();
      const found = await examine(under);
      expect(writes()).toBe(before);
      expect(found.filter(({ verdict }) => verdict === "fails").map(({ name }) => name)).toEqual(announced);
      for (const { verdict, fix } of found) if (verdict === "fails") expect(fix).toMatch(/\S/);
      await refused();
    },
  );
});

/** Accounts of other kinds and plans, with which a rollout of staging's settings works. */
const fitting: readonly Account[] = [
  {},
  { "neon.plan": "scale" },
  { "vercel.plan": "hobby" },
  { "vercel.plan": "enterprise" },
  { "github.token": "classic" },
  { "github.token": "classic-public", "github.visibility": "public" },
  { "github.lacks": "checks" },
  { "github.lacks": "checks", "github.ci": "job" },
  { "github.lacks": "workflows" },
  { "github.plan": "pro" },
  { "github.plan": "team", "github.owner": "organization" },
  { "github.plan": "free", "github.visibility": "public" },
];

it.each(fitting.map((account) => [JSON.stringify(account), account] as const))(
  "announces nothing for accounts that fit: %s",
  async (_name, account) => {
    await setAccounts(account);
    expect(await failing()).toEqual([]);
  },
  60_000,
);

describe("a token that a cloud does not accept", { timeout: 60_000 }, () => {
  it.each([
    ["neon", "Neon key"],
    ["fly", "Fly token"],
    ["vercel", "Vercel token"],
    ["github", "GitHub token"],
  ] as const)("is the one thing announced of %s, since nothing else can be known", async (cloud, name) => {
    const other = access();
    const wrong = { ...other, [cloud]: { ...other[cloud], token: "expired" } };
    expect(await failing({ access: wrong })).toEqual([name]);
  });
});

describe("a project that is there", { timeout: 120_000 }, () => {
  let projectId: string;
  beforeAll(async () => {
    projectId = (
      await neon.projects.create({ name: "atlaris", region_id: "aws-eu-central-1", pg_version: 18 })
    ).id;
    for (const name of [app, "atlaris-worker-regenerator-staging", "atlaris-images"])
      expect(await createApp(name)).toBe(201);
    await recordAsMade(access().github, commit, [
      ...["Neon project atlaris", "Neon branch atlaris/staging", `Fly app ${app}`],
      ...["Fly app atlaris-worker-regenerator-staging", "Fly app atlaris-images"],
    ]);
  }, 120_000);

  it("holds, and so does all else", async () => {
    expect(await failing()).toEqual([]);
    expect(await failing({ stack: "prod" })).toEqual([]);
  });

  it("is announced where region or version differ, since neither can be changed", async () => {
    expect(await failing({ settings: { neon: { region: "aws-us-east-1" } } })).toEqual(["Neon project"]);
  });

  it("has no room on the plan Free where its branches are used up, nor a protected one", async () => {
    const left = 10 - (await neon.branches.list({ projectId }).all()).length;
    for (let made = 0; made < left - 2; made += 1)
      await neon.branches.create({ projectId, name: `b${String(made)}`, noCompute: true });
    await setAccounts({ "neon.plan": "free" });
    const settings = { neon: { historyRetentionHours: 6, isProtected: true } };
    expect(await failing({ settings })).toEqual(["Neon branches", "Neon protected branch"]);
    const { id: branchId } = await neon.branches.create({ projectId, name: "staging", noCompute: true });
    await neon.branches.create({ projectId, name: "backup", noCompute: true });
    await expect(neon.branches.create({ projectId, name: "copy", noCompute: true })).rejects.toMatchObject({
      status: 422,
    });
    await expect(neon.branches.update({ projectId, branchId, protected: true })).rejects.toMatchObject({
      status: 422,
    });
  });

  it("has no other suspend timeout on the plan Free", async () => {
    await setAccounts({ "neon.plan": "free" });
    const compute = { minUnits: 0.25, maxUnits: 1, suspendSeconds: 600 };
    const found = await failing({ settings: { neon: { historyRetentionHours: 6, compute } } });
    expect(found).toContain("Neon suspend timeout");
    const [branch] = await neon.branches.list({ projectId }).all();
    const endpoint = { projectId, branch_id: branch?.id ?? "", type: "read_write" } as const;
    await expect(
      neon.postgres.endpoints.create({ ...endpoint, suspend_timeout_seconds: 600 }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it("has a deploy token of one app announced, with the apps that it is not for", async () => {
    await setAccounts({ "fly.token": "deploy" });
    const found = await examine();
    expect(found.find(({ name }) => name === "Fly token")).toMatchObject({
      verdict: "fails",
      found: `FLY_ACCESS_TOKEN is for ${app}, and a rollout needs atlaris-worker-regenerator-staging, atlaris-images too`,
      fix: expect.stringContaining("fly tokens create org") as unknown,
    });
    expect(await fly("GET", "/v1/apps/atlaris-images/secrets")).toBe(403);
  });

  it("has machines refused in a region that Fly has given up", async () => {
    const machines = { worker: { count: 1, regions: ["mad"] }, regenerator: { count: 1 } };
    expect(await failing({ settings: { fly: { machines } } })).toEqual(["Fly regions"]);
    const machine = { region: "mad", config: { image: "registry.fly.io/x:y" } };
    expect(await fly("POST", `/v1/apps/${app}/machines`, machine)).toBe(422);
  });
});

it("announces what exists under the stack's names and was not made by it, which the gate refuses", async () => {
  expect(await createApp("old-worker")).toBe(201);
  const settings = { fly: { apps: { worker: "old-worker", regenerator: "new-regenerator" } } };
  const found = (await examine({ stack: "prod", settings })).find(({ name }) => name === "existing things");
  expect(found).toMatchObject({
    verdict: "fails",
    found: "the gate refuses a rollout over what this stack has not made: Fly app old-worker",
    fix: "to take over what exists as it is: bin/rollout adopt --stack prod",
  });
}, 60_000);

it("announces CI that failed or was not reported for the commit", async () => {
  const other = pushedCommit("red");
  await github.request("PUT /_sandbox/ci/{owner}/{repo}/{sha}", { ...at, sha: other, state: "failure" });
  expect(await failing({ commit: other })).toContain("GitHub CI");
}, 60_000);

it("announces a vercel.app address that another account has", async () => {
  const settings = { vercel: { domain: "taken.vercel.app" } };
  const taken: typeof fetch = () => Promise.resolve(new Response("", { status: 200 }));
  expect(await failing({ settings, look: taken })).toContain("Vercel address");
  expect(await failing({ settings })).not.toContain("Vercel address");
}, 60_000);

it("does not know whether another account has an address that does not answer", async () => {
  const silent: typeof fetch = () => Promise.reject(new Error("no route"));
  const found = await examine({ look: silent });
  expect(found.find(({ name }) => name === "Vercel address")?.verdict).toBe("unknown");
}, 60_000);

it("says what cannot be known, and why, and stops for none of it", async () => {
  const broken = {
    ...access(),
    vercel: { baseUrl: `http://127.0.0.1:${String(await freePort())}`, token: "t" },
  };
  const found = await examine({ access: broken });
  const unknown = found.filter(({ verdict }) => verdict === "unknown");
  expect(unknown.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["Fly capacity", "Vercel token", "Vercel project", "GitHub rights"]),
  );
  expect(unknown.find(({ name }) => name === "Vercel token")?.found).toContain("ECONNREFUSED");
}, 60_000);

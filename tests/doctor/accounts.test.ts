import { describe, expect, it } from "vitest";
import type { AccountsUnderTest } from "../../cli/doctor/test-accounts.ts";
import type { Account } from "./doctor-clouds.ts";
import { app, at, commit, DoctorClouds } from "./doctor-clouds.ts";

const world = new DoctorClouds();

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
    refused: () =>
      expect(world.neon.projects.create({ name: "atlaris" })).rejects.toMatchObject({ status: 400 }),
    announced: ["Neon key"],
  },
  {
    account: { "neon.plan": "free" },
    refused: () =>
      expect(
        world.neon.projects.create({ name: "a", history_retention_seconds: 86_400 }),
      ).rejects.toMatchObject({
        status: 400,
      }),
    announced: ["Neon history"],
  },
  {
    account: { "vercel.token": "other" },
    refused: () =>
      expect(
        world.vercel.projects.createProject({ teamId: "team_atlaris", requestBody: { name: "atlaris" } }),
      ).rejects.toMatchObject({ statusCode: 403 }),
    announced: ["Vercel token"],
  },
  {
    account: { "vercel.plan": "hobby" },
    under: { settings: { vercel: { deploymentProtection: "all_deployments" } } },
    refused: () =>
      expect(
        world.vercel.projects.createProject({
          requestBody: { name: "atlaris", ssoProtection: { deploymentType: "all" } },
        }),
      ).rejects.toMatchObject({ statusCode: 403 }),
    announced: ["Vercel deployment protection"],
  },
  {
    account: { "fly.names": "taken" },
    refused: async () => expect(await world.createApp(app)).toBe(422),
    announced: [`Fly app ${app}`, "Fly app atlaris-worker-regenerator-staging", "Fly app atlaris-images"],
  },
  {
    account: { "fly.token": "deploy" },
    refused: async () => expect(await world.createApp(app)).toBe(403),
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
        world.github.repos.createDeployment({ ...at, ref: commit, required_contexts: [] }),
      ).rejects.toMatchObject({ status: 404 }),
    announced: ["GitHub token", "GitHub CI"],
  },
  {
    account: { "github.role": "write" },
    refused: () =>
      expect(world.github.repos.createOrUpdateEnvironment(production)).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub role"],
  },
  {
    account: { "github.plan": "free" },
    refused: () =>
      expect(
        world.github.repos.createRepoRuleset({ ...at, name: "main", enforcement: "active" }),
      ).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub branch rules"],
  },
  ...(["free", "team"] as const).map((plan): Cell => ({
    account: { "github.plan": plan, "github.owner": "organization" },
    under: { stack: "prod" },
    refused: () =>
      expect(
        world.github.repos.createOrUpdateEnvironment({ ...production, wait_timer: 5 }),
      ).rejects.toMatchObject({
        status: 422,
      }),
    announced: ["Neon project", "GitHub environment rules"],
  })),
  {
    account: { "github.lacks": "checks,actions", "github.ci": "job" },
    refused: () =>
      expect(world.github.checks.listForRef({ ...at, ref: commit })).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub rights", "GitHub CI"],
  },
  ...(
    [
      [
        "administration",
        () => world.github.repos.createRepoRuleset({ ...at, name: "m", enforcement: "active" }),
      ],
      ["contents", () => world.github.git.createRef({ ...at, ref: "refs/rollouts/x/lease", sha: commit })],
      [
        "deployments",
        () => world.github.repos.createDeployment({ ...at, ref: commit, required_contexts: [] }),
      ],
      [
        "environments",
        () => world.github.actions.createEnvironmentVariable({ ...production, name: "A", value: "b" }),
      ],
      ["issues", () => world.github.issues.create({ ...at, title: "incident" })],
      ["pull_requests", () => world.github.pulls.list(at)],
      ["secrets", () => world.github.actions.createRepoVariable({ ...at, name: "A", value: "b" })],
    ] as const
  ).map(([right, call]): Cell => ({
    account: { "github.lacks": right },
    refused: () => expect(call()).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub rights"],
  })),
  {
    account: { "github.lacks": "statuses" },
    refused: () =>
      expect(
        world.github.repos.createCommitStatus({ ...at, sha: commit, state: "success" }),
      ).rejects.toMatchObject({ status: 403 }),
    announced: ["GitHub rights"],
  },
];

describe("accounts with which a rollout would fail", { timeout: 60_000 }, () => {
  it.each(cells.map((cell) => [JSON.stringify(cell.account), cell] as const))(
    "are announced, without a write: %s",
    async (_name, { account, refused, announced, under = {} }) => {
      await world.setAccounts(account);
      const before = world.writes();
      const found = await world.examine(under);
      expect(world.writes()).toBe(before);
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
    await world.setAccounts(account);
    expect(await world.failing()).toEqual([]);
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
    const other = world.access();
    const wrong = { ...other, [cloud]: { ...other[cloud], token: "expired" } };
    expect(await world.failing({ access: wrong })).toEqual([name]);
  });
});

import { describe, expect, it } from "vitest";
import { isWorking, matrix, nameOf, valuesOf } from "./account-matrix.ts";
import { app, at, commit, DoctorClouds } from "./doctor-clouds.ts";

const world = new DoctorClouds();

const production = { ...at, environment_name: "production" };

const deployment = { ...at, ref: commit, required_contexts: [] };

/** A call of GitHub's client, which must be refused with the status. */
const github =
  (status: number, call: () => Promise<unknown>): (() => Promise<unknown>) =>
  () =>
    expect(call()).rejects.toMatchObject({ status });

/** What an account cannot do, as the emulator answers it. */
const refused: Readonly<Record<string, () => Promise<unknown>>> = {
  "neon.key=personal": () =>
    expect(world.neon.projects.create({ name: "atlaris" })).rejects.toMatchObject({ status: 400 }),
  "neon.plan=free": () =>
    expect(
      world.neon.projects.create({ name: "a", history_retention_seconds: 86_400 }),
    ).rejects.toMatchObject({ status: 400 }),
  "fly.names=taken": async () => expect(await world.createApp(app)).toBe(422),
  "fly.token=deploy": async () => expect(await world.createApp(app)).toBe(403),
  "fly.token=deploy-each": async () => expect(await world.createApp(app)).toBe(403),
  "vercel.token=other": () =>
    expect(
      world.vercel.projects.createProject({ teamId: "team_atlaris", requestBody: { name: "atlaris" } }),
    ).rejects.toMatchObject({ statusCode: 403 }),
  "vercel.plan=hobby with `vercel.deploymentProtection: all_deployments`": () =>
    expect(
      world.vercel.projects.createProject({
        requestBody: { name: "atlaris", ssoProtection: { deploymentType: "all" } },
      }),
    ).rejects.toMatchObject({ statusCode: 403 }),
  "github.token=classic-public": github(404, () => world.github.repos.createDeployment(deployment)),
  "github.role=write": github(403, () => world.github.repos.createOrUpdateEnvironment(production)),
  "github.plan=free": github(403, () =>
    world.github.repos.createRepoRuleset({ ...at, name: "main", enforcement: "active" }),
  ),
  "github.plan=free with `github.branchRules.branches: []`, `github.rolloutApp`": github(403, () =>
    world.github.repos.createRepoRuleset({ ...at, name: "rollouts", enforcement: "active" }),
  ),
  ...Object.fromEntries(
    ["free", "team"].map((plan) => [
      `github.owner=organization github.plan=${plan} (prod)`,
      github(422, () => world.github.repos.createOrUpdateEnvironment({ ...production, wait_timer: 5 })),
    ]),
  ),
  "github.lacks=administration": github(403, () =>
    world.github.repos.createRepoRuleset({ ...at, name: "m", enforcement: "active" }),
  ),
  "github.lacks=actions": github(403, () => world.github.repos.getAllEnvironments(at)),
  "github.lacks=contents": github(403, () =>
    world.github.git.createRef({ ...at, ref: "refs/heads/rollouts/x/lease", sha: commit }),
  ),
  "github.lacks=deployments": github(403, () => world.github.repos.createDeployment(deployment)),
  "github.lacks=environments": github(403, () =>
    world.github.actions.createEnvironmentVariable({ ...production, name: "A", value: "b" }),
  ),
  "github.lacks=issues": github(403, () => world.github.issues.create({ ...at, title: "incident" })),
  "github.lacks=pull_requests": github(403, () => world.github.pulls.list(at)),
  "github.lacks=secrets": github(403, () =>
    world.github.actions.createRepoVariable({ ...at, name: "A", value: "b" }),
  ),
  "github.lacks=statuses": github(403, () =>
    world.github.repos.createCommitStatus({ ...at, sha: commit, state: "success" }),
  ),
};

const failing = matrix.filter((row) => !isWorking(row));
const fitting = matrix.filter(isWorking);

describe("accounts that lack something", { timeout: 60_000 }, () => {
  it("have each a call that the cloud refuses", () => {
    expect(Object.keys(refused).sort()).toEqual(failing.map(nameOf).sort());
  });

  it.each(failing.map((row) => [nameOf(row), row] as const))(
    "are announced by doctor and by a first rollout that would fail, without a write: %s",
    async (name, row) => {
      const { announced, outcomes, settings = {}, stack } = row;
      await world.setAccounts(valuesOf(row));
      const under = { settings, ...(stack === undefined ? {} : { stack }) };
      const before = world.writes();
      const found = await world.examine(under);
      expect(found.filter(({ verdict }) => verdict === "fails").map((each) => each.name)).toEqual(announced);
      for (const { verdict, fix } of found) if (verdict === "fails") expect(fix).toMatch(/\S/);

      const stopping = await world.stopping("rollout", under);
      expect(announced).toEqual(expect.arrayContaining([...stopping]));
      expect(stopping.length > 0).toBe(outcomes["first up"] === "stops");
      const ofPreview = outcomes["preview environment"];
      if (ofPreview === "works" || ofPreview === "stops")
        expect((await world.stopping("preview environment", under)).length > 0).toBe(ofPreview === "stops");
      // There are no apps here, for which a rollback would be.
      if (outcomes.rollback === "works" && row.cloud !== "Fly.io")
        expect(await world.stopping("rollback", under)).toEqual([]);
      expect(world.writes()).toBe(before);
      await refused[name]?.();
    },
  );
});

it.each(fitting.map((row) => [nameOf(row), row] as const))(
  "announces nothing for accounts that fit: %s",
  async (_name, row) => {
    await world.setAccounts(valuesOf(row));
    const under = { settings: row.settings ?? {} };
    expect(await world.failing(under)).toEqual([]);
    for (const operation of ["rollout", "preview environment", "rollback"] as const)
      expect(await world.stopping(operation, under)).toEqual([]);
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
    expect(await world.stopping("rollout", { access: wrong })).toEqual([name]);
  });
});

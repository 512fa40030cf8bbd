import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open as openGithub } from "../../cloud/github/index.ts";
import { openTestCloud, type TestCloud } from "../../cloud/test-context.ts";
import { changesBetween, type Operation, type ResourceType } from "../kit/resource-type.ts";
import { open, type Properties } from "../kit/values.ts";
import { actionsEnvironmentSecret, actionsSecret } from "./secret.ts";
import { deploymentPolicy } from "./deployment-policy.ts";
import { repositoryEnvironment } from "./repository-environment.ts";
import { repositoryRuleset } from "./repository-ruleset.ts";
import { actionsEnvironmentVariable, actionsVariable } from "./variable.ts";

const owner = "atlaris";
const repository = "app";
const hand = { owner, repo: repository };

describe("the emulator of the GitHub plugin", () => {
  let cloud: TestCloud;
  let octokit: Octokit;
  let operation: Operation;

  beforeAll(async () => {
    cloud = await openTestCloud("github", openGithub);
    octokit = new Octokit({ auth: cloud.token, baseUrl: cloud.origin });
    operation = {
      urn: "",
      name: "test",
      signal: AbortSignal.timeout(60_000),
      config: { owner, token: cloud.token, baseUrl: cloud.origin },
      log: () => undefined,
    };
    await octokit.repos.createOrUpdateEnvironment({ ...hand, environment_name: "place" });
  });
  afterAll(() => cloud.close());

  /** Names of the inputs that a refresh finds changed; nothing when the thing is gone. */
  const refresh = async (type: ResourceType, id: string, inputs: Properties, outputs: Properties) => {
    const found = await type.read?.(id, { ...inputs, ...outputs }, operation, inputs);
    return found && changesBetween(type, open(inputs), open(found.inputs)).map(({ property }) => property);
  };
  /** Makes it, finds it unchanged, and finds the same by an import. */
  const make = async (type: ResourceType, inputs: Properties, importId?: string) => {
    const { id, outputs } = await type.create(inputs, operation);
    expect(await refresh(type, id, inputs, outputs)).toEqual([]);
    const imported = await type.read?.(importId ?? id, {}, operation, {});
    expect(imported?.inputs).toMatchObject({ repository });
    return { id, outputs };
  };

  it("shows of an environment what was changed out of band, and nothing else", async () => {
    const inputs = {
      repository,
      environment: "a:b",
      canAdminsBypass: true,
      waitTimer: 5,
      reviewers: [{ users: [7, 3], teams: [5] }],
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    };
    const { id, outputs } = await make(repositoryEnvironment, inputs);
    expect(id).toBe("app:a??b");
    const put = async (body: object) => {
      await octokit.request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
        ...hand,
        environment_name: "a:b",
        ...body,
      });
      return refresh(repositoryEnvironment, id, inputs, outputs);
    };
    const policy = { protected_branches: false, custom_branch_policies: true };
    const reviewers = [
      { type: "User", id: 3 },
      { type: "Team", id: 5 },
      { type: "User", id: 7 },
    ];
    const same = { wait_timer: 5, reviewers, deployment_branch_policy: policy };
    expect(await put(same)).toEqual([]);
    expect(await put({ ...same, wait_timer: 0 })).toEqual(["waitTimer"]);
    expect(await put({ ...same, prevent_self_review: true })).toEqual(["preventSelfReview"]);
    expect(await put({ ...same, can_admins_bypass: false })).toEqual(["canAdminsBypass"]);
    expect(await put({ ...same, reviewers: reviewers.slice(1) })).toEqual(["reviewers"]);
    expect(await put({ ...same, deployment_branch_policy: null })).toEqual(["deploymentBranchPolicy"]);
    // The official plugin keeps its own reviewers in the state when GitHub has none any more.
    expect(await put({ ...same, reviewers: [] })).toEqual([]);
    await repositoryEnvironment.update(id, { ...inputs, ...outputs }, inputs, operation);
    expect(await refresh(repositoryEnvironment, id, inputs, outputs)).toEqual([]);
    await octokit.repos.deleteAnEnvironment({ ...hand, environment_name: "a:b" });
    expect(await refresh(repositoryEnvironment, id, inputs, outputs)).toBeUndefined();
    await repositoryEnvironment.delete(id, inputs, operation);
  });

  it("changes the pattern of a deployment policy, and makes a new one of a tag's", async () => {
    const environment = "policies";
    await octokit.repos.createOrUpdateEnvironment({
      ...hand,
      environment_name: environment,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const inputs = { repository, environment, branchPattern: "main" };
    const { id, outputs } = await make(deploymentPolicy, inputs);
    const changes = (next: Properties) =>
      changesBetween(deploymentPolicy, open(inputs), open({ repository, environment, ...next }));
    expect(changes({ branchPattern: "prod" }).map(({ replaces }) => replaces)).toEqual([false]);
    expect(changes({ tagPattern: "v*" }).map(({ replaces }) => replaces)).toEqual([true, true]);

    await octokit.repos.updateDeploymentBranchPolicy({
      ...hand,
      environment_name: environment,
      branch_policy_id: Number(outputs["policyId"]),
      name: "by-hand",
    });
    expect(await refresh(deploymentPolicy, id, inputs, outputs)).toEqual(["branchPattern"]);
    await deploymentPolicy.update(id, { ...inputs, ...outputs }, inputs, operation);
    expect(await refresh(deploymentPolicy, id, inputs, outputs)).toEqual([]);
    await deploymentPolicy.delete(id, { ...inputs, ...outputs }, operation);
    expect(await refresh(deploymentPolicy, id, inputs, outputs)).toBeUndefined();
    await expect(deploymentPolicy.delete(id, { ...inputs, ...outputs }, operation)).rejects.toThrow("404");
  });

  it.each([
    ["of the repository", actionsSecret, { repository, secretName: "TOKEN" }, "app:TOKEN"],
    [
      "of an environment",
      actionsEnvironmentSecret,
      { repository, environment: "place", secretName: "TOKEN" },
      "app:place:TOKEN",
    ],
  ])("keeps a secret %s, and sees that it is gone", async (_place, type, names, expected) => {
    const inputs = { ...names, value: "open sesame" };
    const { id, outputs } = await make(type, inputs);
    expect(id).toBe(expected);
    expect(outputs["updatedAt"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    await type.update(id, { ...inputs, ...outputs }, { ...inputs, value: "another" }, operation);
    await type.delete(id, { ...inputs, ...outputs }, operation);
    expect(await refresh(type, id, inputs, outputs)).toBeUndefined();
    await expect(type.delete(id, { ...inputs, ...outputs }, operation)).rejects.toThrow("404");
  });

  it.each([
    ["of the repository", actionsVariable, { repository, variableName: "FLAG" }, "actions"],
    [
      "of an environment",
      actionsEnvironmentVariable,
      { repository, environment: "place", variableName: "FLAG" },
      "environments/place",
    ],
  ])("shows that a variable %s was changed out of band", async (_place, type, names, path) => {
    const inputs = { ...names, value: "on" };
    const { id, outputs } = await make(type, inputs);
    await octokit.request(`PATCH /repos/${owner}/${repository}/${path}/variables/FLAG`, { value: "off" });
    expect(await refresh(type, id, inputs, outputs)).toEqual(["value"]);
    await type.update(id, { ...inputs, ...outputs }, inputs, operation);
    expect(await refresh(type, id, inputs, outputs)).toEqual([]);
    await type.delete(id, inputs, operation);
    expect(await refresh(type, id, inputs, outputs)).toBeUndefined();
  });

  it("shows which part of a ruleset was changed out of band", async () => {
    const inputs = {
      repository,
      name: "main",
      target: "branch",
      enforcement: "active",
      bypassActors: [{ actorId: 5, actorType: "RepositoryRole", bypassMode: "always" }],
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        update: false,
        pullRequest: { requiredApprovingReviewCount: 1 },
        requiredStatusChecks: { requiredChecks: [{ context: "test" }, { context: "lint" }] },
        requiredDeployments: { requiredDeploymentEnvironments: ["staging"] },
      },
    };
    const first = await repositoryRuleset.create({ ...inputs, name: "other" }, operation);
    const { id, outputs } = await make(
      repositoryRuleset,
      inputs,
      `app:${String(Number(first.outputs["rulesetId"]) + 1)}`,
    );
    const ruleset = { ...hand, ruleset_id: Number(id) };
    const put = async (change: object) => {
      await octokit.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...ruleset, ...change });
      return refresh(repositoryRuleset, id, inputs, outputs);
    };
    expect(await put({ enforcement: "disabled" })).toEqual(["enforcement"]);
    expect(await put({ enforcement: "active", bypass_actors: [] })).toEqual(["bypassActors"]);
    expect(await put({ rules: [{ type: "deletion" }] })).toEqual(["bypassActors", "rules"]);
    await repositoryRuleset.update(id, { ...inputs, ...outputs }, inputs, operation);
    expect(await refresh(repositoryRuleset, id, inputs, outputs)).toEqual([]);
    await repositoryRuleset.delete(id, inputs, operation);
    expect(await refresh(repositoryRuleset, id, inputs, outputs)).toBeUndefined();
  });
});

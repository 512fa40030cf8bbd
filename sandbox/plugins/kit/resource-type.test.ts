import { describe, expect, it } from "vitest";
import { actionsSecret } from "../github/secret.ts";
import { localCommand } from "../command/local-command.ts";
import { projectEnvironmentVariable } from "../vercel/project-environment-variable.ts";
import { project } from "../vercel/project.ts";
import { repositoryEnvironment } from "../github/repository-environment.ts";
import { repositoryRuleset } from "../github/repository-ruleset.ts";
import { changesBetween, checkInputs, withDefaults, type ResourceType } from "./resource-type.ts";
import { open, seal, unknownValue } from "./values.ts";

const types: Readonly<Record<string, ResourceType>> = {
  Command: localCommand,
  ActionsSecret: actionsSecret,
  RepositoryEnvironment: repositoryEnvironment,
  RepositoryRuleset: repositoryRuleset,
  Project: project,
  ProjectEnvironmentVariable: projectEnvironmentVariable,
};

describe("marks of the engine", () => {
  it("are taken off at every depth, and remembered by property", () => {
    const opened = open({ plain: 1, map: { key: seal("sesame") }, later: [unknownValue], none: null });
    expect(opened.values).toEqual({ plain: 1, map: { key: "sesame" } });
    expect([...opened.secret]).toEqual(["map"]);
    expect([...opened.unknown]).toEqual(["later"]);
  });
});

describe("a change", () => {
  it.each([
    ["Command", { triggers: [1] }, { triggers: [2] }, true],
    ["Command", { create: "a" }, { create: "b" }, false],
    ["Command", { environment: { A: "1" } }, { environment: { A: "2" } }, false],
    ["ActionsSecret", { value: "a" }, { value: "b" }, false],
    ["ActionsSecret", { secretName: "A" }, { secretName: "B" }, true],
    ["ActionsSecret", { repository: "a" }, { repository: "b" }, true],
    ["RepositoryEnvironment", { waitTimer: 1 }, { waitTimer: 2 }, false],
    ["RepositoryEnvironment", { environment: "a" }, { environment: "b" }, true],
    ["RepositoryRuleset", { name: "a" }, { name: "b" }, false],
    ["Project", { name: "a" }, { name: "b" }, false],
    ["Project", { autoAssignCustomDomains: true }, { autoAssignCustomDomains: false }, false],
    ["Project", { teamId: "a" }, { teamId: "b" }, true],
    ["ProjectEnvironmentVariable", { value: "a" }, { value: "b" }, false],
    ["ProjectEnvironmentVariable", { targets: ["preview"] }, { targets: ["production"] }, false],
    ["ProjectEnvironmentVariable", { key: "A" }, { key: "B" }, true],
    ["ProjectEnvironmentVariable", { sensitive: true }, { sensitive: false }, true],
    ["ProjectEnvironmentVariable", { projectId: "a" }, { projectId: unknownValue }, true],
  ])("of %s from %j to %j replaces: %j", (name, old, next, replaces) => {
    const [property] = Object.keys(next);
    expect(changesBetween(types[name] ?? localCommand, open(old), open(next))).toEqual([
      { property, kind: "update", replaces },
    ]);
  });

  it("is none when only the order of keys or a mark differs", () => {
    const old = open({ environment: { A: "1", B: "2" } });
    const next = open({ environment: seal({ B: "2", A: "1" }) });
    expect(changesBetween(localCommand, old, next)).toEqual([]);
  });
});

describe("a check", () => {
  it.each([
    ["Command", { creat: "x" }, ["creat"]],
    ["Command", { logging: "loud", triggers: "no list" }, ["triggers", "logging"]],
    ["ActionsSecret", { repository: "r", secretName: "GITHUB_X", value: "v" }, ["secretName"]],
    ["ActionsSecret", { repository: "r", secretName: "X", value: "v", plaintextValue: "v" }, ["value"]],
    [
      "RepositoryEnvironment",
      {
        repository: "r",
        environment: "e",
        waitTimer: 50_000,
        reviewers: [{ users: [1, 2, 3, 4], teams: [5, 6, 7] }],
        deploymentBranchPolicy: { protectedBranches: true },
      },
      ["waitTimer", "reviewers", "deploymentBranchPolicy.customBranchPolicies"],
    ],
    [
      "RepositoryRuleset",
      {
        repository: "r",
        name: "n",
        target: "branches",
        enforcement: "active",
        rules: { branchNamePattern: {}, pullRequest: { reviews: 1 } },
      },
      ["target", "rules.branchNamePattern", "rules.pullRequest.reviews"],
    ],
    ["Project", { vercelAuthentication: { deploymentType: "all" } }, ["name", "vercelAuthentication"]],
    [
      "ProjectEnvironmentVariable",
      { projectId: "p", key: "K", value: "v", sensitive: true, targets: ["development"] },
      ["sensitive"],
    ],
  ])("of %s refuses %j for %j", (name, inputs, properties) => {
    const failures = checkInputs(types[name] ?? localCommand, open(inputs));
    expect(failures.map(({ property }) => property)).toEqual(properties);
  });

  it("waits for what is not known yet", () => {
    const inputs = {
      projectId: unknownValue,
      key: "K",
      value: unknownValue,
      sensitive: true,
      targets: ["preview"],
    };
    expect(checkInputs(projectEnvironmentVariable, open(inputs))).toEqual([]);
  });

  it("fills in defaults, and lists them as the bridged providers do", () => {
    expect(withDefaults(repositoryEnvironment, { environment: "e" })).toEqual({
      environment: "e",
      canAdminsBypass: true,
      __defaults: ["canAdminsBypass"],
    });
  });
});

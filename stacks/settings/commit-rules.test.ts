import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kindOf } from "../environments.ts";
import type { CommitRules } from "./commit-rules.ts";
import { rulesOfCommit } from "./commit-rules.ts";
import { shop, shopFile, shopFolder, shopSettings } from "./test-application.ts";

let root: string;
const file = "Pulumi.prod.yaml";
const git = (...words: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
    cwd: root,
    encoding: "utf8",
  }).trim();
const commit = (text: string): void => {
  writeFileSync(join(root, file), text);
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "Settings");
};
const text = readFileSync(join(shopFolder, file), "utf8");
const rules = (changed: Readonly<Record<string, unknown>> = {}, stack = "prod"): Promise<CommitRules> => {
  const kind = kindOf(stack);
  if (!kind) throw new Error(`there is no stack ${stack}`);
  return rulesOfCommit({ root, stack, kind, settings: shopSettings("prod", changed), application: shop });
};
const github = (changed: object): object => ({
  github: { ...(shopFile("prod")["github"] as object), ...changed },
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "commit-rules-"));
  git("init", "--quiet");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the rules of the commit under the gate", () => {
  it("are kept by its own stack file, and by one that is stricter", async () => {
    commit(text);
    expect(await rules()).toEqual({ freeze: "", faults: [] });
    const stricter = {
      gate: { proofDays: 1, freeze: "incident 1" },
      ...github({ requiredChecks: ["ci", "e2e"] }),
    };
    expect(await rules(stricter)).toEqual({ freeze: "", faults: [] });
  });

  const laxer: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["rollout:gate.proofDays is 365 in the stack file in use and 14", { gate: { proofDays: 365 } }],
    [
      "rollout:github.requiredChecks is lint in the stack file in use and ci",
      { ...github({ requiredChecks: ["lint"] }) },
    ],
    [
      "rollout:github.checkSources is ci of status in the stack file in use and none",
      { ...github({ checkSources: { ci: "status" } }) },
    ],
    [
      "rollout:github.environment.branches and branchRules.branches is mine",
      { ...github({ environment: { branches: ["mine"], reviewers: { users: [1] } } }) },
    ],
    [
      "rollout:migrations.approved is 0001_drop@0123456789abcdef in the stack file in use and none",
      { migrations: { approved: ["0001_drop@0123456789abcdef"] } },
    ],
    [
      "rollout:migrations.reviewers is none in the stack file in use and 1",
      { migrations: { reviewers: [] } },
    ],
    [
      "rollout:migrations.reviewers is 1, 2 in the stack file in use and 1",
      { migrations: { reviewers: [1, 2] } },
    ],
    ["rollout:smoke.isRequired is false in the stack file in use and true", { smoke: { isRequired: false } }],
  ];
  it.each(laxer)("are broken where %s", async (fault, changed) => {
    commit(text);
    const { faults } = await rules(changed);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(faults[0]).toMatch(
      /in Pulumi\.prod\.yaml of the commit: a laxer rule counts once it is committed$/,
    );
  });

  it("freeze, whatever the file in use says, also where Git was asked to overlook it", async () => {
    commit(text.replace('freeze: ""', "freeze: incident 7"));
    git("update-index", "--assume-unchanged", file);
    writeFileSync(join(root, file), text);
    expect(git("status", "--porcelain")).toBe("");
    expect(await rules()).toEqual({ freeze: "incident 7", faults: [] });
  });

  it("are missing where the commit has no such file, or one that cannot be read", async () => {
    writeFileSync(join(root, "README.md"), "shop");
    git("add", "--all");
    git("commit", "--quiet", "--message", "No settings");
    writeFileSync(join(root, file), text);
    expect((await rules()).faults).toEqual([
      "Pulumi.prod.yaml of the commit is not there. Freeze and thresholds are read there: commit the stack file, without secrets",
    ]);
    commit("config: [");
    expect((await rules()).faults[0]).toContain("is no YAML");
    commit("config: { rollout:gate: { proofDays: many } }");
    expect((await rules()).faults[0]).toContain("is wrong: ");
  });

  it("are not asked of an environment that needs no proof", async () => {
    commit("config: [");
    expect(await rules({}, "staging")).toEqual({ freeze: "", faults: [] });
  });
});

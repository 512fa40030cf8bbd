import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placeOf, requireWorkflow } from "./repository.ts";
import { workflowsFolder } from "./workflow.ts";

describe("the place of a project", () => {
  let root: string;
  let project: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "atlaris-place-")));
    project = join(root, "apps", "rollout");
    mkdirSync(project, { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const init = (folder: string): void =>
    void execFileSync("git", ["init", "--quiet"], { cwd: folder, stdio: "pipe" });

  it("is a folder of its repository", () => {
    init(root);
    expect(placeOf(project)).toEqual({ repository: root, folder: "apps/rollout/" });
  });

  it("is the root of its own repository, and of no repository", () => {
    expect(placeOf(project)).toEqual({ repository: project, folder: "" });
    init(project);
    expect(placeOf(project)).toEqual({ repository: project, folder: "" });
  });

  it("needs its workflows at the root of the repository, where GitHub looks for them", () => {
    init(root);
    mkdirSync(join(project, workflowsFolder), { recursive: true });
    writeFileSync(join(project, workflowsFolder, "ci.yml"), "");
    const require = (): void => requireWorkflow(placeOf(project), "ci.yml");
    expect(require).toThrow(
      `GitHub runs the workflows of ${join(root, workflowsFolder)} alone, and ci.yml is not there. ` +
        "Copy the project's workflows to the root of the repository: docs/monorepo.md",
    );
    mkdirSync(join(root, workflowsFolder), { recursive: true });
    writeFileSync(join(root, workflowsFolder, "ci.yml"), "");
    expect(require).not.toThrow();
  });
});

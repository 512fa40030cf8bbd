import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runWorkflow } from "../../sandbox/workflows/run-workflow.ts";
import { readAction, readWorkflow, workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";
import { checkout, files } from "./test-workflows.ts";

const project = "apps/rollout";
let root: string;

/** The commands of the page, in a repository that has the project's workflows in its folder. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "atlaris-monorepo-"));
  cpSync(join(checkout, ".github"), join(root, project, ".github"), { recursive: true });
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  execFileSync("git", ["add", "--all"], { cwd: root });
  const page = readFileSync(join(checkout, "docs", "monorepo.md"), "utf8");
  const [, commands = ""] = /```sh\n(.*?)```/s.exec(page) ?? [];
  execFileSync("bash", ["-euo", "pipefail", "-c", commands], { cwd: root, stdio: "pipe" });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the workflows of a project that is a folder of a monorepo, copied as docs/monorepo.md describes", () => {
  it("are all at the root, without a fault", async () => {
    // The project's own stay as they are.
    for (const file of files)
      expect(readFileSync(join(root, project, workflowsFolder, file), "utf8")).toBe(
        readFileSync(join(checkout, workflowsFolder, file), "utf8"),
      );
    await expect(lintWorkflows(join(root, workflowsFolder))).resolves.toEqual([]);
    for (const file of files) {
      const { defaults, jobs } = readWorkflow(root, file);
      expect(defaults, file).toEqual({ run: { "working-directory": project } });
      for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps))
        if (uses?.startsWith("./") === true) expect(readAction(root, uses).runs.using).toBe("composite");
    }
    expect(existsSync(join(root, project, ".github", "wait-for-check.mjs"))).toBe(true);
    const { paths } = readWorkflow(root, "tool.yml").on["push"] as { paths: readonly string[] };
    expect(paths).toContain("apps/rollout/infra/**");
    expect(paths).toContain("!apps/rollout/tests/app/**");
    expect(paths.filter((path) => !/^!?apps\/rollout\//.test(path))).toEqual([]);
  });

  it("run their steps and those of the action in the project's folder", async () => {
    const setup = join(root, project, "bin", "setup.cjs");
    mkdirSync(join(root, project, "bin"));
    writeFileSync(setup, "console.log('packages of', process.cwd())");
    const workflow = readWorkflow(root, "ci.yml");
    const check = { ...workflow.jobs["check"], steps: workflow.jobs["check"]?.steps ?? [] };
    const steps = check.steps.map((step) => (step.run === undefined ? step : { ...step, run: "pwd" }));
    const { ran } = await runWorkflow({
      checkout: root,
      workflow: { ...workflow, jobs: { ran: { ...check, steps } } },
      event: { name: "push", ref: "refs/heads/main", sha: "0".repeat(40), repository: "atlaris/atlaris" },
      secrets: {},
      environment: { PATH: process.env["PATH"] },
      folder: join(root, "run"),
    });
    const printed = ran?.steps.map(({ output }) => output).filter(Boolean);
    expect(printed).toEqual([`packages of ${join(root, project)}\n`, `${join(root, project)}\n`]);
  });
});

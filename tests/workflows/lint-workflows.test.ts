import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lintWorkflows } from "./lint-workflows.ts";

describe("the linter of workflows, which npm run check runs", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "atlaris-lint-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lint = (job: string): Promise<readonly string[]> => {
    writeFileSync(
      join(folder, "planted.yml"),
      `on: { pull_request: {}, workflow_dispatch: { inputs: { stack: { type: string } } } }\njobs:\n  one:\n    runs-on: ubuntu-latest\n${job}`,
    );
    return lintWorkflows(folder);
  };

  it.each([
    ["    steps: [{ run: 'echo ${{ inputs.stck }}' }]\n", /"stck" is not defined.*\[expression\]/],
    [
      "    steps: [{ run: 'echo ${{ github.event.pull_request.title }}' }]\n",
      /potentially untrusted.*\[expression\]/,
    ],
    ["    needs: [two]\n    steps: [{ run: echo }]\n", /"two" which does not exist.*\[job-needs\]/],
    ["    steps: [{ rnu: echo }]\n", /unexpected key "rnu".*\[syntax-check\]/],
    ["    timeout: 5\n    steps: [{ run: echo }]\n", /unexpected key "timeout".*\[syntax-check\]/],
    [
      "    environment: { name: staging, deploment: false }\n    steps: [{ run: echo }]\n",
      /Unexpected value 'deploment' \[github\]/,
    ],
    ["    if: secrets.A\n    steps: [{ run: echo }]\n", /Unrecognized named-value: 'secrets'.*\[github\]/],
    ["    needs: [two]\n    steps: [{ run: echo }]\n", /at least one job with no dependencies.*\[github\]/],
  ])("finds what is wrong in a workflow, and where: %s", async (job, fault) => {
    const faults = await lint(job);
    expect(faults.join("\n")).toMatch(fault);
    expect(faults[0]).toMatch(/^planted\.yml:\d+:\d+: /);
  });

  it("takes an environment without a deployment of GitHub's own, which it does not know yet", async () => {
    await expect(
      lint("    environment: { name: staging, deployment: false }\n    steps: [{ run: echo }]\n"),
    ).resolves.toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAction, workflowsFolder } from "../../sandbox/workflows/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";
import { action, checkout, files, job, scripts, workflow, workflows } from "./test-workflows.ts";

const allJobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([id, each]) => ({ name: `${file} ${id}`, job: each })),
);
const allSteps = [
  ...allJobs.flatMap(({ job: { steps } }) => steps),
  ...(readAction(checkout, action).runs.steps ?? []),
];

describe("the workflows", () => {
  it("are these, and the linter finds no fault in them", async () => {
    expect(files).toEqual([
      "ci.yml",
      "deploy-production.yml",
      "deploy-staging.yml",
      "preview.yml",
      "rollback.yml",
      "scans.yml",
      "tool.yml",
    ]);
    await expect(lintWorkflows(join(checkout, workflowsFolder))).resolves.toEqual([]);
  });

  it("begin when they should, all manually too, and never with a stranger's code and our secrets", () => {
    const events = [...workflows].map(([file, { on }]) => [file, Object.keys(on).sort().join(", ")]);
    expect(Object.fromEntries(events)).toEqual({
      "ci.yml": "merge_group, pull_request, push, workflow_dispatch",
      "deploy-production.yml": "push, workflow_dispatch",
      "deploy-staging.yml": "push, workflow_dispatch",
      "preview.yml": "pull_request, schedule, workflow_dispatch",
      "rollback.yml": "workflow_dispatch",
      "scans.yml": "merge_group, pull_request, push, schedule, workflow_dispatch",
      "tool.yml": "pull_request, push, workflow_dispatch",
    });
    expect(workflow("deploy-staging.yml").on["push"]).toEqual({ branches: ["main"] });
    expect(workflow("deploy-production.yml").on["push"]).toEqual({ branches: ["prod"] });
  });

  it("take actions by their commit alone, with the version next to it", () => {
    const texts = [...files.map((file) => join(workflowsFolder, file)), join(action, "action.yml")].map(
      (file) => readFileSync(join(checkout, file), "utf8"),
    );
    const used = texts.flatMap((text) => [...text.matchAll(/\buses: (.+)$/gm)].map(([, what = ""]) => what));
    const foreign = used.filter((what) => what !== action);
    expect(foreign.length).toBeGreaterThan(5);
    expect(foreign.filter((what) => !/^[\w./-]+@[0-9a-f]{40} # v?\d+(\.\d+)+$/.test(what))).toEqual([]);
  });

  it("may read the code, what waits for a check that, and what attests sign; only an environment of a pull request is written", () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: "read" });
    const more = allJobs.flatMap(({ name, job: { permissions } }) =>
      permissions ? [[name, permissions]] : [],
    );
    const checks = { contents: "read", actions: "read" };
    const attests = { contents: "read", "id-token": "write", attestations: "write" };
    const environment = {
      ...{ actions: "read", contents: "write", deployments: "write" },
      ...{ "pull-requests": "write", statuses: "write" },
    };
    expect(Object.fromEntries(more)).toEqual({
      "deploy-staging.yml ci": checks,
      "deploy-staging.yml attest": attests,
      "deploy-production.yml ci": checks,
      "deploy-production.yml attest": attests,
      "deploy-production.yml watch": { contents: "read", actions: "write" },
      "scans.yml codeql": { contents: "read", "security-events": "write" },
      "preview.yml preview": environment,
      "preview.yml close": environment,
      // Of closed pull requests.
      "preview.yml sweep": {
        ...{ actions: "read", contents: "write", deployments: "write" },
        "pull-requests": "read",
      },
    });
    for (const { uses, with: given } of allSteps)
      if (uses?.startsWith("actions/checkout@"))
        expect(given).toMatchObject({ "persist-credentials": false });
  });

  it("have the complete history where they roll out, since the live release is built from its commit", () => {
    for (const [file, id] of [
      ["deploy-staging.yml", "rollout"],
      ["deploy-production.yml", "rollout"],
      ["rollback.yml", "rollback"],
    ] as const) {
      const fetched = job(file, id).steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      expect(fetched?.with, file).toMatchObject({ "fetch-depth": 0 });
    }
  });

  it("end after a time of their own", () => {
    const without = allJobs.filter(({ job: each }) => !(Number(each["timeout-minutes"]) <= 60));
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it("put no expression into a script, where its value could be a command", () => {
    expect(scripts(allSteps).filter((script) => script.includes("${{"))).toEqual([]);
  });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { interpolate, isMet, type Scope, type Value } from "../../sandbox/workflows/expression.ts";
import {
  inOrder,
  needsOf,
  readAction,
  readWorkflow,
  workflowsFolder,
  type Job,
  type Step,
  type Workflow,
} from "../../sandbox/workflows/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";

const checkout = join(import.meta.dirname, "..", "..");
const files = readdirSync(join(checkout, workflowsFolder)).sort();
const workflows = new Map(files.map((file) => [file, readWorkflow(checkout, file)]));
const action = "./.github/actions/set-up";

function workflow(file: string): Workflow {
  const found = workflows.get(file);
  if (!found) throw new Error(`there is no workflow ${file}`);
  return found;
}

function job(file: string, id: string): Job {
  const found = workflow(file).jobs[id];
  if (!found) throw new Error(`${file} has no job ${id}`);
  return found;
}

const allJobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([id, each]) => ({ name: `${file} ${id}`, job: each })),
);
const allSteps = [
  ...allJobs.flatMap(({ job: { steps } }) => steps),
  ...(readAction(checkout, action).runs.steps ?? []),
];
const scripts = (steps: readonly Step[]): readonly string[] => steps.flatMap(({ run }) => run ?? []);

/** What expressions see when `github.*` and `inputs.*` are these. */
function scope(github: Readonly<Record<string, Value>>, inputs: Readonly<Record<string, Value>> = {}): Scope {
  const contexts = { github: { repository: "atlaris/atlaris", event: {}, ...github }, inputs, needs: {} };
  return { contexts, status: "success" };
}

/** The jobs that begin when something happens; those that wait for others apart. */
function begun(file: string, seen: Scope): readonly string[] {
  return Object.entries(workflow(file).jobs)
    .filter(([, each]) => needsOf(each).length === 0 && isMet(each.if, seen))
    .map(([id]) => id);
}

describe("the workflows", () => {
  it("are these, and the linter finds no fault in them", async () => {
    expect(files).toEqual([
      "ci.yml",
      "deploy-production.yml",
      "deploy-staging.yml",
      "preview.yml",
      "rollback.yml",
    ]);
    await expect(lintWorkflows(join(checkout, workflowsFolder))).resolves.toEqual([]);
  });

  it("begin when they should, all by hand too, and never with a stranger's code and our secrets", () => {
    const events = [...workflows].map(([file, { on }]) => [file, Object.keys(on).sort().join(", ")]);
    expect(Object.fromEntries(events)).toEqual({
      "ci.yml": "pull_request, push, workflow_dispatch",
      "deploy-production.yml": "push, workflow_dispatch",
      "deploy-staging.yml": "push, workflow_dispatch",
      "preview.yml": "pull_request, schedule, workflow_dispatch",
      "rollback.yml": "workflow_dispatch",
    });
    expect(workflow("deploy-staging.yml").on["push"]).toEqual({ branches: ["main"] });
    expect(workflow("deploy-production.yml").on["push"]).toEqual({ branches: ["prod"] });
  });

  it("take actions by their commit alone, with the version beside it", () => {
    const texts = [...files.map((file) => join(workflowsFolder, file)), join(action, "action.yml")].map(
      (file) => readFileSync(join(checkout, file), "utf8"),
    );
    const used = texts.flatMap((text) => [...text.matchAll(/\buses: (.+)$/gm)].map(([, what = ""]) => what));
    const foreign = used.filter((what) => what !== action);
    expect(foreign.length).toBeGreaterThan(5);
    expect(foreign.filter((what) => !/^[\w./-]+@[0-9a-f]{40} # v?\d+(\.\d+)+$/.test(what))).toEqual([]);
  });

  it("may read the code, and what waits for a check may read that; nothing may write", () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: "read" });
    const more = allJobs.flatMap(({ name, job: { permissions } }) =>
      permissions ? [[name, permissions]] : [],
    );
    const checks = { contents: "read", checks: "read", statuses: "read" };
    expect(Object.fromEntries(more)).toEqual({
      "deploy-staging.yml ci": checks,
      "deploy-production.yml ci": checks,
    });
    for (const { uses, with: given } of allSteps)
      if (uses?.startsWith("actions/checkout@"))
        expect(given).toMatchObject({ "persist-credentials": false });
  });

  it("have the whole history where they roll out, since the live release is built from its commit", () => {
    for (const [file, id] of [
      ["deploy-staging.yml", "rollout"],
      ["deploy-production.yml", "rollout"],
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

  it("use the secrets that docs/secrets.md lists", () => {
    const texts = files.map((file) => readFileSync(join(checkout, workflowsFolder, file), "utf8")).join("\n");
    const used = new Set([...texts.matchAll(/secrets\.(\w+)/g)].map(([, name = ""]) => name));
    const page = readFileSync(join(checkout, "docs", "secrets.md"), "utf8");
    const section = page.split("## Given to the workflows")[1]?.split("\n## ")[0] ?? "";
    const listed = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
    expect([...used].sort()).toEqual(listed.sort());
  });
});

describe("the set-up of a job", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "atlaris-set-up-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("puts what the repository does not hold below a copy of the stack's file", () => {
    const [step] = (readAction(checkout, action).runs.steps ?? []).filter(
      ({ name }) => name === "Stack file",
    );
    const addition = "  atlaris:secrets:\n    STRIPE_KEY:\n      secure: v1:abc\nencryptionsalt: v1:def";
    writeFileSync(join(folder, "Pulumi.prod.yaml"), "config:\n  atlaris:smoke:\n    keyVersion: 2");
    const temp = mkdtempSync(join(folder, "runner-"));
    const told = join(temp, "told");
    execFileSync("bash", ["-e", "-c", step?.run ?? ""], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        STACK: "prod",
        ADDITION: addition,
        RUNNER_TEMP: temp,
        GITHUB_ENV: told,
      },
    });
    const file = readFileSync(told, "utf8").replace(/^PULUMI_OPTION_CONFIG_FILE=(.*)\n$/, "$1");
    expect(load(readFileSync(file, "utf8"))).toEqual({
      config: {
        "atlaris:smoke": { keyVersion: 2 },
        "atlaris:secrets": { STRIPE_KEY: { secure: "v1:abc" } },
      },
      encryptionsalt: "v1:def",
    });
  });
});

describe("ci.yml", () => {
  it("runs the README's commands, which .ci/run runs, on the oldest Node and the newest LTS", () => {
    const commands = readFileSync(join(checkout, ".ci", "run"), "utf8").matchAll(/^npm .+$/gm);
    expect(scripts([...job("ci.yml", "check").steps, ...job("ci.yml", "test").steps])).toEqual(
      [...commands].map(([command]) => command),
    );
    expect(job("ci.yml", "test").strategy?.matrix).toEqual({ node: ["20.19", "lts/*"] });
    const { engines } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    expect(engines.node).toBe(">=20.19");
  });

  it.each([
    ["success success", 0],
    ["success failure", 1],
    ["skipped success", 1],
    ["cancelled success", 1],
  ])("is green as the check ci only when all of it is: %s", (results, status) => {
    const { name, needs, if: condition, steps } = job("ci.yml", "ci");
    expect({ name, needs, condition }).toEqual({
      name: "ci",
      needs: ["check", "test"],
      condition: "always()",
    });
    expect(steps[0]?.env).toEqual({ RESULTS: "${{ needs.check.result }} ${{ needs.test.result }}" });
    const run = () =>
      execFileSync("bash", ["-e", "-c", scripts(steps).join("\n")], {
        env: { RESULTS: results },
        stdio: "pipe",
      });
    if (status === 0) run();
    else expect(run).toThrow();
  });

  it("judges every commit of a branch to its end, and of a pull request the newest", () => {
    const { concurrency } = workflow("ci.yml");
    const cancels = (event: string): string =>
      interpolate(String(concurrency?.["cancel-in-progress"]), scope({ event_name: event, sha: "a" }));
    expect([cancels("pull_request"), cancels("push")]).toEqual(["true", "false"]);
  });
});

describe.each([
  { file: "deploy-staging.yml", environment: "staging", stack: "staging", branch: "main" },
  { file: "deploy-production.yml", environment: "production", stack: "prod", branch: "prod" },
])("$file", ({ file, environment, stack, branch }) => {
  it("waits for the check ci, then rolls out in the environment, from its branch alone", () => {
    expect(inOrder(workflow(file))).toEqual(["ci", "rollout"]);
    expect(needsOf(job(file, "rollout"))).toEqual(["ci"]);
    // GitHub's own record of the job would end the rollout's.
    expect(job(file, "rollout").environment).toEqual({ name: environment, deployment: false });
    expect(scripts(job(file, "ci").steps)).toEqual(["node .github/wait-for-check.mjs ci"]);
    expect(scripts(job(file, "rollout").steps)).toEqual([`bin/rollout up --stack ${stack}`]);
    expect(begun(file, scope({ ref: `refs/heads/${branch}` }))).toEqual(["ci"]);
    expect(begun(file, scope({ ref: "refs/heads/feature" }))).toEqual([]);
  });

  it("stands in line with the rollbacks of its environment, and none of them is cancelled", () => {
    const own = workflow(file).concurrency;
    const rollback = workflow("rollback.yml").concurrency;
    const group = interpolate(String(rollback?.["group"]), scope({}, { environment }));
    expect(own).toEqual({ group, "cancel-in-progress": false });
    expect(rollback?.["cancel-in-progress"]).toBe(false);
  });
});

describe("rollback.yml", () => {
  it("asks where, what, to which release and why; without a release it is the last good one", () => {
    const { inputs } = workflow("rollback.yml").on["workflow_dispatch"] as {
      inputs: Readonly<Record<string, { options?: readonly string[]; required: boolean }>>;
    };
    const options = Object.entries(inputs).map(([name, each]) => [name, each.options]);
    expect(Object.fromEntries(options)).toEqual({
      environment: ["staging", "production"],
      release: undefined,
      service: ["all", "web", "workers", "worker", "regenerator", "variables"],
      trigger: ["health check failure", "performance degradation", "security issue", "manual"],
    });
    const optional = Object.entries(inputs).filter(([, { required }]) => !required);
    expect(optional.map(([name]) => name)).toEqual(["release"]);
  });

  it.each([
    ["staging", "refs/heads/main", "staging", true],
    ["production", "refs/heads/prod", "prod", true],
    ["production", "refs/heads/main", "prod", false],
    ["staging", "refs/heads/feature", "staging", false],
  ])("brings %s back from %s by the stack %s: %s", (environment, ref, stack, runs) => {
    const seen = scope({ ref }, { environment });
    expect(begun("rollback.yml", seen)).toEqual(runs ? ["rollback"] : []);
    const { environment: place, env, steps } = job("rollback.yml", "rollback");
    expect(place).toEqual({ name: "${{ inputs.environment }}", deployment: false });
    expect(interpolate(String(env?.["STACK"]), seen)).toBe(stack);
    // The program is today's; which release it runs is asked of the record.
    const checkedOut = steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkedOut?.with?.["ref"]).toBeUndefined();
  });
});

describe("preview.yml", () => {
  const pullRequest = (action: string, from = "atlaris/atlaris", login = "somebody"): Scope => {
    const head = { repo: { full_name: from }, sha: "a" };
    const event = { action, pull_request: { number: 7, head, user: { login } } };
    return scope({ event_name: "pull_request", event });
  };

  it.each([
    ["is opened", pullRequest("opened"), ["preview"]],
    ["gets another commit", pullRequest("synchronize"), ["preview"]],
    ["is closed", pullRequest("closed"), ["close"]],
    ["comes from a fork", pullRequest("opened", "stranger/atlaris"), ["fork"]],
    ["comes from a fork that is gone, and is closed", pullRequest("closed", ""), []],
    [
      "of Dependabot's is opened, which gets no secrets",
      pullRequest("opened", undefined, "dependabot[bot]"),
      ["fork"],
    ],
    ["was forgotten, by the clock", scope({ event_name: "schedule" }), ["sweep"]],
    ["was forgotten, by hand", scope({ event_name: "workflow_dispatch" }), ["sweep"]],
  ])("does its part when a pull request %s", (_when, seen, jobs) => {
    expect(begun("preview.yml", seen)).toEqual(jobs);
  });

  it("gives strangers' code no secret, and the sandbox instead of the clouds", () => {
    const fork = job("preview.yml", "fork");
    expect(JSON.stringify(fork)).not.toContain("secrets.");
    expect(JSON.stringify(fork)).not.toContain("token");
    expect(scripts(fork.steps)).toEqual([
      'bin/sandbox bin/rollout preview --stack staging >> "$GITHUB_STEP_SUMMARY"',
    ]);
  });

  it("previews into one comment, and brings an environment up, down and out of the way", () => {
    const of = (id: string): readonly string[] => scripts(job("preview.yml", id).steps);
    expect([...of("preview"), ...of("close"), ...of("sweep")]).toEqual([
      'bin/rollout preview --stack staging --comment "$PULL_REQUEST"',
      'bin/rollout preview-env up "$PULL_REQUEST"',
      'bin/rollout preview-env down "$PULL_REQUEST"',
      "bin/rollout preview-env sweep",
    ]);
  });

  it("does one thing at a time with a pull request's environment, to its end", () => {
    for (const id of ["preview", "close", "fork"])
      expect(job("preview.yml", id).concurrency).toEqual({
        group: "preview-${{ github.event.pull_request.number }}",
        "cancel-in-progress": false,
      });
    expect(job("preview.yml", "sweep").concurrency).toEqual({
      group: "preview-sweep",
      "cancel-in-progress": false,
    });
  });
});

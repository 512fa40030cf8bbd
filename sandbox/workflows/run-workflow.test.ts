import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runWorkflow, type WorkflowEvent } from "./run-workflow.ts";
import { readWorkflow, workflowsFolder } from "./workflow.ts";

const push: WorkflowEvent = {
  name: "push",
  ref: "refs/heads/main",
  sha: "0123456789012345678901234567890123456789",
  repository: "atlaris/atlaris",
};

describe("a workflow that is run on this machine", () => {
  let checkout: string;
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "atlaris-workflow-"));
    mkdirSync(join(checkout, workflowsFolder), { recursive: true });
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  const run = (text: string, event = push) => {
    writeFileSync(join(checkout, workflowsFolder, "test.yml"), text);
    return runWorkflow({
      checkout,
      workflow: readWorkflow(checkout, "test.yml"),
      event,
      secrets: { TOKEN: "open sesame" },
      environment: { PATH: process.env["PATH"], FROM: "outside" },
      folder: join(checkout, "run"),
    });
  };

  it("hands on what steps, jobs and workflow define, the nearest last", async () => {
    const jobs = await run(`
name: test
on: push
env: { WHERE: workflow, ALSO: "\${{ github.ref_name }}" }
jobs:
  second:
    needs: first
    steps:
      - run: echo "$WHERE \${{ needs.first.outputs.said }}" >> "$GITHUB_STEP_SUMMARY"
  first:
    env: { WHERE: job }
    outputs: { said: "\${{ steps.say.outputs.what }}" }
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
      - run: |
          echo "LATER=$WHERE $FROM" >> "$GITHUB_ENV"
          printf 'LONG<<END\\none\\ntwo\\nEND\\n' >> "$GITHUB_ENV"
      - id: say
        env: { WHERE: step, TOKEN: "\${{ secrets.TOKEN }}" }
        run: echo "what=$LATER, $WHERE, $ALSO, \${#TOKEN}, \${{ env.WHERE }}, $(echo "$LONG" | wc -l | tr -d ' ')" >> "$GITHUB_OUTPUT"
`);
    expect(jobs["first"]?.outputs).toEqual({ said: "job outside, step, main, 11, step, 2" });
    expect(jobs["first"]?.steps[0]).toMatchObject({ leftOut: "what it sets up is there" });
    expect(jobs["second"]?.summary).toBe("workflow job outside, step, main, 11, step, 2\n");
  });

  it("runs nothing after a failure but what asks for it, and skips what does not apply", async () => {
    const jobs = await run(`
name: test
on: push
jobs:
  broken:
    steps:
      - run: "false"
        continue-on-error: true
      - run: echo before; exit 3
      - run: echo never
      - if: failure()
        run: echo after
  waiting:
    needs: [broken]
    steps: [{ run: echo never }]
  told:
    needs: [broken]
    if: always()
    steps: [{ run: "test \${{ needs.broken.result }} = failure" }]
  outOfBand:
    if: github.event_name == 'workflow_dispatch'
    steps: [{ run: echo never }]
`);
    const results = Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));
    expect(results).toEqual({ broken: "failure", waiting: "skipped", told: "success", outOfBand: "skipped" });
    expect(jobs["broken"]?.steps.map(({ result }) => result)).toEqual([
      "failure",
      "failure",
      "skipped",
      "success",
    ]);
  });

  it("runs the steps of an action in the checkout with its inputs", async () => {
    mkdirSync(join(checkout, "action"));
    writeFileSync(
      join(checkout, "action", "action.yml"),
      `
inputs: { stack: { default: none }, other: { default: default } }
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "STACK=\${{ inputs.stack }} \${{ inputs.other }}" >> "$GITHUB_ENV"
`,
    );
    const jobs = await run(
      `
name: test
on: workflow_dispatch
jobs:
  one:
    steps:
      - uses: ./action
        with: { stack: "\${{ inputs.stack }}" }
      - run: echo "$STACK" >> "$GITHUB_STEP_SUMMARY"
`,
      { ...push, name: "workflow_dispatch", inputs: { stack: "prod" } },
    );
    expect(jobs["one"]?.summary).toBe("prod default\n");
  });

  it("begins a job with an environment when GitHub allows it, with a token of the job's permissions", async () => {
    writeFileSync(
      join(checkout, workflowsFolder, "test.yml"),
      `
name: test
on: push
permissions: { contents: read }
jobs:
  free:
    permissions: { checks: read }
    steps:
      - run: echo '\${{ github.token }}' >> "$GITHUB_STEP_SUMMARY"
  held:
    environment: { name: production, deployment: false }
    steps:
      - run: echo '\${{ github.token }}' >> "$GITHUB_STEP_SUMMARY"
  refused:
    environment: closed
    steps:
      - run: echo never >> "$GITHUB_STEP_SUMMARY"
`,
    );
    const entered: string[] = [];
    const ended: string[] = [];
    const jobs = await runWorkflow({
      checkout,
      workflow: readWorkflow(checkout, "test.yml"),
      event: push,
      secrets: { GITHUB_TOKEN: "not the job's" },
      environment: { PATH: process.env["PATH"] },
      folder: join(checkout, "run"),
      service: {
        jobToken: (permissions) => Promise.resolve(`token of ${JSON.stringify(permissions)}`),
        enterEnvironment: (name) => {
          entered.push(name);
          return Promise.resolve(name === "closed" ? "closed waits for a review" : undefined);
        },
        end: (conclusion) => Promise.resolve(ended.push(conclusion)),
        id: 1,
        reportJob: () => Promise.reject(new Error("no job asks for a runner here")),
      },
    });
    expect(entered).toEqual(["production", "closed"]);
    expect(jobs["free"]?.summary).toBe('token of {"checks":"read"}\n');
    expect(jobs["held"]?.summary).toBe('token of {"contents":"read"}\n');
    expect(jobs["refused"]).toMatchObject({
      result: "failure",
      summary: "",
      steps: [{ result: "failure", output: "closed waits for a review" }],
    });
    expect(ended).toEqual(["failure"]);
  });
});

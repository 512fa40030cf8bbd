import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { readAction, type CompositeAction, type Workflow } from "../../sandbox/workflows/workflow.ts";
import { attackFaults } from "./attack-rules.ts";
import { checkout, expressions, workflows } from "./test-workflows.ts";

const ofRepository = { read: (path: string): CompositeAction => readAction(checkout, path), expressions };
const sha = "0".repeat(40);

/** A workflow without a fault, but for what is given. */
const faultsOf = (
  { head = "", job = "", step = "run: echo" }: { head?: string; job?: string; step?: string },
  action?: string,
): readonly string[] => {
  const text = [
    "name: seeded",
    head.includes("on:") ? "" : "on: { push: { branches: [main] } }",
    head.includes("permissions:") ? "" : "permissions: { contents: read }",
    head,
    "jobs:",
    "  one:",
    job.includes("runs-on:") ? "" : "    runs-on: ubuntu-latest",
    ...job.split("\n").map((line) => `    ${line}`),
    "    steps:",
    ...`- ${step.replaceAll("\n", "\n  ")}`.split("\n").map((line) => `      ${line}`),
  ].join("\n");
  const read = (): CompositeAction => load(action ?? "runs: {}") as CompositeAction;
  return attackFaults(load(text) as Workflow, { read, expressions });
};

describe("the workflows", () => {
  it("have none of the faults by which others get in", () => {
    const found = [...workflows].flatMap(([file, workflow]) =>
      attackFaults(workflow, ofRepository).map((fault) => `${file}: ${fault}`),
    );
    expect(found).toEqual([]);
  });
});

describe("a workflow", () => {
  it("without a fault has none found", () => {
    expect(faultsOf({})).toEqual([]);
    const step = `uses: actions/checkout@${sha}\nwith: { persist-credentials: false }`;
    expect(faultsOf({ step, job: "permissions: { checks: write }" })).toEqual([]);
    const inEnvironment = "environment: production\nenv: { TOKEN: '${{ secrets.TOKEN }}' }";
    expect(faultsOf({ job: inEnvironment })).toEqual([]);
    expect(faultsOf({ job: "env: { TOKEN: '${{ secrets.GITHUB_TOKEN }}' }" })).toEqual([]);
    expect(faultsOf({ step: `uses: docker://alpine@sha256:${"0".repeat(64)}` })).toEqual([]);
    expect(faultsOf({ step: `uses: actions/setup-node@${sha}\nwith: { cache: npm }` })).toEqual([]);
  });

  const secret = "environment: production\nenv: { TOKEN: '${{ secrets.TOKEN }}' }";

  it.each<[rule: string, seeded: { head?: string; job?: string; step?: string }]>([
    ["dangerous-triggers: pull_request_target", { head: "on: { pull_request_target: {} }" }],
    ["dangerous-triggers: workflow_run", { head: "on: { workflow_run: { workflows: [ci] } }" }],
    ["excessive-permissions: none are named", { head: "permissions:" }],
    ["excessive-permissions: each job may write contents", { head: "permissions: { contents: write }" }],
    ["excessive-permissions: each job may write all", { head: "permissions: write-all" }],
    ["one: excessive-permissions: may write all", { job: "permissions: write-all" }],
    ["secrets-outside-env: the workflow's env", { head: "env: { TOKEN: '${{ secrets.TOKEN }}' }" }],
    ["one: secrets-outside-env: reads secrets", { job: "env: { TOKEN: '${{ secrets.TOKEN }}' }" }],
    ["one: secrets-outside-env", { step: "run: echo\nenv: { TOKEN: '${{ secrets.TOKEN }}' }" }],
    ["one: secrets-inherit", { job: `uses: o/r/.github/workflows/w.yml@${sha}\nsecrets: inherit` }],
    ["one: overprovisioned-secrets", { step: "run: echo\nenv: { ALL: '${{ toJSON(secrets) }}' }" }],
    ["one: unpinned-uses: actions/cache@v4", { step: "uses: actions/cache@v4" }],
    ["one: unpinned-uses: o/r@main", { step: "uses: o/r@main" }],
    ["one: unpinned-uses: docker://alpine:3", { step: "uses: docker://alpine:3" }],
    ["one: unpinned-uses: o/r/w.yml@v1", { job: "uses: o/r/w.yml@v1" }],
    [
      "one: template-injection: a script holds ${{ github.event",
      { step: "run: echo ${{ github.event.issue.title }}" },
    ],
    [
      "one: template-injection: a script holds ${{ inputs.name }}",
      { step: `uses: actions/github-script@${sha}\nwith: { script: 'f("\${{ inputs.name }}")' }` },
    ],
    ["one: artipacked", { step: `uses: actions/checkout@${sha}` }],
    ["one: artipacked", { step: `uses: actions/checkout@${sha}\nwith: { persist-credentials: true }` }],
    ["one: self-hosted-runner", { job: "runs-on: [self-hosted, linux]" }],
    ["one: self-hosted-runner", { job: 'runs-on: "${{ fromJSON(\'[\\"self-hosted\\"]\') }}"' }],
    ["one: bot-conditions", { job: "if: github.actor == 'dependabot[bot]'" }],
    ["one: cache-poisoning: actions/cache", { job: secret, step: `uses: actions/cache@${sha}` }],
    ["one: cache-poisoning", { job: secret, step: `uses: actions/cache/restore@${sha}` }],
    ["one: cache-poisoning", { job: secret, step: `uses: actions/setup-node@${sha}\nwith: { cache: npm }` }],
  ])("is refused for %s", (rule, seeded) => {
    expect(faultsOf(seeded).join("\n")).toContain(rule);
  });

  it("answers for the steps of its own actions, by the inputs that it gives them", () => {
    const action = [
      "inputs: { stack: { default: '' } }",
      "runs:",
      "  steps:",
      `    - uses: actions/setup-node@${sha}`,
      "      with: { cache: \"${{ inputs.stack == '' && 'npm' || '' }}\" }",
    ].join("\n");
    const step = (stack: string): string => `uses: ./set-up\nwith: { stack: '${stack}' }`;
    expect(faultsOf({ job: secret, step: step("") }, action)).toEqual([
      "one: cache-poisoning: ./set-up restores what another run has kept",
    ]);
    expect(faultsOf({ job: secret, step: step("prod") }, action)).toEqual([]);
    const injected = "runs:\n  steps:\n    - run: echo ${{ inputs.stack }}";
    expect(faultsOf({ step: step("prod") }, injected).join("\n")).toContain("template-injection");
  });
});

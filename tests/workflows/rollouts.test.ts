import { describe, expect, it } from "vitest";
import { inOrder, needsOf } from "../../sandbox/workflows/workflow.ts";
import type { Scope, Value } from "../../sandbox/workflows/expression.ts";
import { begun, expressions, job, scope, scripts, workflow } from "./test-workflows.ts";

describe.each([
  { file: "deploy-staging.yml", environment: "staging", stack: "staging", branch: "main" },
  { file: "deploy-production.yml", environment: "production", stack: "prod", branch: "prod" },
])("$file", ({ file, environment, stack, branch }) => {
  it("waits for the check ci, then rolls out in the environment, from its branch alone", () => {
    const [first, ...others] = inOrder(workflow(file));
    expect([first, ...others.slice(-2)]).toEqual(["ci", "rollout", "attest"]);
    expect(needsOf(job(file, "rollout"))).toContain("ci");
    // GitHub's own record of the job would end the rollout's.
    expect(job(file, "rollout").environment).toEqual({ name: environment, deployment: false });
    expect(scripts(job(file, "ci").steps)).toEqual(["node .github/wait-for-check.mjs ci"]);
    expect(scripts(job(file, "rollout").steps)).toEqual([
      `bin/rollout up --stack ${stack}\nnode .github/release-subjects.mjs ${stack}\n`,
    ]);
    expect(begun(file, scope({ ref: `refs/heads/${branch}` }))).toEqual(["ci"]);
    expect(begun(file, scope({ ref: "refs/heads/feature" }))).toEqual([]);
  });

  it("stands in line with the rollbacks of its environment, and none of them is cancelled", () => {
    const own = workflow(file).concurrency;
    const rollback = workflow("rollback.yml").concurrency;
    const group = expressions.interpolate(String(rollback?.["group"]), scope({}, { environment }));
    expect(own).toEqual({ group, "cancel-in-progress": false });
    expect(rollback?.["cancel-in-progress"]).toBe(false);
  });
});

describe("the rollout of production", () => {
  const rollout = job("deploy-production.yml", "rollout");
  const seen = (needs: Readonly<Record<string, Value>>, inputs = {}, ref = "refs/heads/prod"): Scope => {
    const { contexts } = scope({ ref }, inputs);
    return { contexts: { ...contexts, needs }, status: "failure" };
  };
  const ended = (ci: string, runner: string, outputs = {}) => ({
    ci: { result: ci, outputs: {} },
    runner: { result: runner, outputs },
  });

  it.each([
    ["success", "skipped", {}, true],
    ["success", "success", {}, true],
    ["success", "failure", {}, false],
    ["failure", "skipped", {}, false],
    ["skipped", "skipped", {}, false],
    ["skipped", "skipped", { runner: "secondary" }, true],
    ["failure", "skipped", { runner: "secondary" }, false],
  ])("after ci %s and the choice of a runner %s with %o: %s", (ci, runner, inputs, begins) => {
    expect(expressions.isMet(rollout.if, seen(ended(ci, runner), inputs))).toBe(begins);
    expect(expressions.isMet(rollout.if, { ...seen(ended(ci, runner), inputs), status: "cancelled" })).toBe(
      false,
    );
    expect(expressions.isMet(rollout.if, seen(ended(ci, runner), inputs, "refs/heads/main"))).toBe(false);
  });

  it.each([
    [{}, {}, ["ubuntu-latest"]],
    [{ labels: '["self-hosted","production","primary"]' }, {}, ["self-hosted", "production", "primary"]],
    [{}, { runner: "secondary" }, ["self-hosted", "production", "secondary"]],
  ])("runs where %o and the input %o say: %j", (outputs, inputs, labels) => {
    const [, inner = ""] = /^\$\{\{([\s\S]*)\}\}\s*$/.exec(String(rollout["runs-on"])) ?? [];
    expect(expressions.evaluate(inner, seen(ended("success", "success", outputs), inputs))).toEqual(labels);
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
      trigger: ["health", "performance", "business", "security", "manual"],
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
    expect(expressions.interpolate(String(env?.["STACK"]), seen)).toBe(stack);
    // The program is today's; which release it runs is asked of the record.
    const checkedOut = steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkedOut?.with?.["ref"]).toBeUndefined();
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, job, scripts, workflow } from "./test-workflows.ts";

interface Filter {
  readonly paths: readonly string[];
}

const { pull_request: pullRequest, push } = workflow("tool.yml").on as Readonly<Record<string, Filter>>;
const paths = push?.paths ?? [];

/** As GitHub reads the list: the last pattern that matches decides. Only the forms that the workflow uses. */
function starts(file: string): boolean {
  const matches = (pattern: string): boolean =>
    pattern.endsWith("/**") ? file.startsWith(pattern.slice(0, -2)) : file === pattern;
  const deciding = paths.findLast((pattern) => matches(pattern.replace(/^!/, "")));
  return deciding !== undefined && !deciding.startsWith("!");
}

describe("tool.yml", () => {
  it("runs the complete suite, which .ci/run runs after the check, on the Node versions of ci.yml", () => {
    expect(scripts(job("tool.yml", "tool").steps)).toEqual(["npm test"]);
    expect(readFileSync(join(checkout, ".ci", "run"), "utf8").match(/^npm .+$/gm)).toEqual([
      "npm run check",
      "npm test",
    ]);
    expect(job("tool.yml", "tool").strategy).toEqual(job("ci.yml", "test").strategy);
  });

  it("tries every promise without delays, and keeps the report where one does not hold, too", () => {
    const { steps } = job("tool.yml", "acceptance");
    expect(scripts(steps)).toEqual(["bin/sandbox acceptance --fast"]);
    expect(steps.at(-1)).toMatchObject({
      if: "${{ !cancelled() }}",
      with: { path: ".rollout/acceptance/", "include-hidden-files": true },
    });
  });

  it("tests alerts, deliveries and dashboards by the real Prometheus, which `npm test` does only where it is", () => {
    expect(scripts(job("tool.yml", "monitoring").steps)).toEqual(["npm run test:monitoring"]);
  });

  it("has the same paths for pull requests and pushes, each of which exists", () => {
    expect(pullRequest?.paths).toEqual(paths);
    const files = execFileSync("git", ["ls-files"], { cwd: checkout, encoding: "utf8" }).split("\n");
    const unused = paths.filter((path) => {
      const name = path.replace(/^!/, "").replace(/\*\*$/, "");
      return !files.some((file) => file === name || (name.endsWith("/") && file.startsWith(name)));
    });
    expect(unused).toEqual([]);
  });

  it.each([
    "infra/fly/client.ts",
    "monitoring/alerts.yml",
    "stacks/environment/environment.ts",
    "cli/main.ts",
    "sandbox/cli/main.ts",
    "bench/main.ts",
    "bin/setup.cjs",
    "tests/sandbox/rollout.test.ts",
    "package-lock.json",
    ".github/workflows/ci.yml",
  ])("starts for a change of %s", (file) => {
    expect(starts(file)).toBe(true);
  });

  it.each([
    "src/workers/entries/worker.ts",
    "src/db/migrations/0000_plans.sql",
    "tests/app/api.test.ts",
    "Pulumi.staging.yaml",
    "fly.prod.worker.toml",
    "README.md",
    "LICENSE",
  ])("does not start for the user's own %s", (file) => {
    expect(starts(file)).toBe(false);
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, expressions, job, scope, scripts, workflow } from "./test-workflows.ts";

describe("ci.yml", () => {
  it("checks the application and the settings, on the oldest Node and the newest LTS", () => {
    expect(scripts([...job("ci.yml", "check").steps, ...job("ci.yml", "test").steps])).toEqual([
      "npm run check",
      "npm run test:app",
    ]);
    expect(job("ci.yml", "test").strategy?.matrix).toEqual({ node: ["22.12", "24"] });
    const { engines } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    expect(engines.node).toBe(">=22.12");
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
      expressions.interpolate(
        String(concurrency?.["cancel-in-progress"]),
        scope({ event_name: event, sha: "a" }),
      );
    expect([cancels("pull_request"), cancels("push")]).toEqual(["true", "false"]);
  });
});

import { describe, expect, it } from "vitest";
import { begun, job, scope, scripts } from "./test-workflows.ts";

const pullRequestOf = (repository: string) =>
  scope({
    event_name: "pull_request",
    event: { pull_request: { number: 7, head: { repo: { full_name: repository } } } },
  });

describe("scans.yml", () => {
  it.each([
    ["a pull request", pullRequestOf("atlaris/atlaris"), ["vulnerabilities", "dependencies", "codeql"]],
    // The token of a stranger's pull request may not upload results.
    ["a stranger's pull request", pullRequestOf("stranger/atlaris"), ["vulnerabilities", "dependencies"]],
    ["a push", scope({ event_name: "push" }), ["vulnerabilities", "codeql"]],
    ["the merge queue", scope({ event_name: "merge_group" }), ["vulnerabilities", "codeql"]],
    ["each week", scope({ event_name: "schedule" }), ["vulnerabilities", "codeql"]],
  ])("for %s runs what it may: %o", (_event, seen, jobs) => {
    expect(begun("scans.yml", seen)).toEqual(jobs);
  });

  it("fails for a vulnerability, and where the registry cannot be asked; ci, which rollouts wait for, reports it", () => {
    const [ask] = job("scans.yml", "vulnerabilities").steps.filter(({ run }) => run !== undefined);
    expect(ask).toMatchObject({ run: "npm run check -- audit", env: { AUDIT: "required" } });
    const check = job("ci.yml", "check").steps.filter(({ run }) => run !== undefined);
    expect(check).toMatchObject([{ run: "npm run check", env: { AUDIT: "report" } }]);
    expect(scripts(check)).toEqual(["npm run check"]);
  });
});

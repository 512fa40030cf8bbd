import { describe, expect, it } from "vitest";
import type { Scope } from "../../sandbox/workflows/expression.ts";
import { begun, job, scope, scripts } from "./test-workflows.ts";

describe("preview.yml", () => {
  const pullRequest = (
    action: string,
    from = "atlaris/atlaris",
    login = "somebody",
    into = "main",
  ): Scope => {
    const type = login.endsWith("[bot]") ? "Bot" : "User";
    const head = { repo: { full_name: from }, sha: "a" };
    const event = { action, pull_request: { number: 7, head, base: { ref: into }, user: { login, type } } };
    return scope({ event_name: "pull_request", event });
  };

  it.each([
    ["is opened", pullRequest("opened"), ["preview"]],
    ["gets another commit", pullRequest("synchronize"), ["preview"]],
    ["is closed", pullRequest("closed"), ["close"]],
    ["into prod is opened", pullRequest("opened", undefined, undefined, "prod"), ["production"]],
    ["into prod is closed", pullRequest("closed", undefined, undefined, "prod"), ["close"]],
    ["into prod comes from a fork", pullRequest("opened", "stranger/atlaris", undefined, "prod"), ["fork"]],
    ["comes from a fork", pullRequest("opened", "stranger/atlaris"), ["fork"]],
    ["comes from a fork that is gone, and is closed", pullRequest("closed", ""), []],
    [
      "of Dependabot's is opened, which gets no secrets",
      pullRequest("opened", undefined, "dependabot[bot]"),
      ["fork"],
    ],
    [
      "of another bot's is opened, which may push",
      pullRequest("opened", undefined, "renovate[bot]"),
      ["fork"],
    ],
    ["was forgotten, by the clock", scope({ event_name: "schedule" }), ["sweep"]],
    ["was forgotten, by hand", scope({ event_name: "workflow_dispatch" }), ["sweep"]],
  ])("does its part when a pull request %s", (_when, seen, jobs) => {
    expect(begun("preview.yml", seen)).toEqual(jobs);
  });

  it("reads secrets of environments alone, whose reviewers see a change before its code gets them", () => {
    const places = ["preview", "production", "close", "fork", "sweep"].map((id) => [
      id,
      job("preview.yml", id).environment,
    ]);
    const preview = { name: "preview", deployment: false };
    expect(Object.fromEntries(places)).toEqual({
      ...{ preview, production: preview, close: preview, fork: undefined },
      sweep: { name: "staging", deployment: false },
    });
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
    expect(of("production")).toEqual(['bin/rollout preview --stack prod --comment "$PULL_REQUEST"']);
    expect([...of("preview"), ...of("close"), ...of("sweep")]).toEqual([
      'bin/rollout preview --stack staging --comment "$PULL_REQUEST"',
      'bin/rollout preview-env up "$PULL_REQUEST"',
      'bin/rollout preview-env down "$PULL_REQUEST"',
      "bin/rollout preview-env sweep",
    ]);
  });

  it("does one thing at a time with a pull request's environment, to its end", () => {
    for (const id of ["preview", "production", "close", "fork"])
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

import { describe, expect, it } from "vitest";
import type { Scope } from "../../sandbox/workflows/expression.ts";
import { begun, expressions, job, scope, scripts } from "./test-workflows.ts";

describe("preview.yml", () => {
  const asked = (pullRequest: string, ref: string): Scope =>
    scope({ event_name: "workflow_dispatch", ref }, { "pull-request": pullRequest });
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
    ["was forgotten, manually", asked("", "refs/heads/main"), ["sweep"]],
    ["is asked for on main", asked("7", "refs/heads/main"), ["infrastructure"]],
    ["is asked for on prod", asked("7", "refs/heads/prod"), ["infrastructure"]],
    ["is asked for on a branch of its author's", asked("7", "refs/heads/feature"), []],
  ])("does its part when a pull request %s", (_when, seen, jobs) => {
    expect(begun("preview.yml", seen)).toEqual(jobs);
  });

  it("reads secrets of environments alone: those of staging and production only for code of main and prod", () => {
    const places = ["preview", "production", "close", "fork", "infrastructure", "sweep"].map((id) => [
      id,
      job("preview.yml", id).environment,
    ]);
    const preview = { name: "preview", deployment: false };
    expect(Object.fromEntries(places)).toEqual({
      ...{ preview, production: undefined, close: preview, fork: undefined },
      infrastructure: {
        name: "${{ github.ref == 'refs/heads/prod' && 'production' || 'staging' }}",
        deployment: false,
      },
      sweep: { name: "${{ vars.PREVIEWS_APART == 'true' && 'preview' || 'staging' }}", deployment: false },
    });
  });

  it("has the code of a pull request only where the token of the job is the one for GitHub", () => {
    const withItsCode = ["preview", "production", "close", "fork", "infrastructure", "sweep"].filter((id) => {
      const first = job("preview.yml", id).steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      return String(first?.with?.["ref"]).includes("pull_request");
    });
    expect(withItsCode).toEqual(["preview", "close", "fork"]);
    for (const id of withItsCode) {
      const text = JSON.stringify(job("preview.yml", id));
      expect(text).not.toContain("ROLLOUT_");
      expect(text).not.toContain("create-github-app-token");
    }
  });

  it("takes of a pull request its content alone where it shows what a rollout would do", () => {
    const { steps, env } = job("preview.yml", "infrastructure");
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((each) => [each.with?.["ref"], each.with?.["path"]])).toEqual([
      [undefined, undefined],
      ["refs/pull/${{ inputs.pull-request }}/head", ".content"],
    ]);
    expect(scripts(steps)).toEqual([
      'bin/rollout preview --stack "$STACK" --content "$GITHUB_WORKSPACE/.content/$(git rev-parse --show-prefix)" --comment "$PULL_REQUEST"',
    ]);
    const last = steps.at(-1);
    expect(last?.env?.["FLY_ACCESS_TOKEN"]).toBe(
      "${{ secrets.FLY_READONLY_TOKEN || secrets.FLY_API_TOKEN }}",
    );
    for (const [ref, stack] of [
      ["refs/heads/main", "staging"],
      ["refs/heads/prod", "prod"],
    ] as const)
      expect(expressions.interpolate(String(env?.["STACK"]), asked("7", ref))).toBe(stack);
  });

  it("gives strangers' code no secret, and the sandbox instead of the clouds", () => {
    const fork = job("preview.yml", "fork");
    expect(JSON.stringify(fork)).not.toContain("secrets.");
    expect(JSON.stringify(fork)).not.toContain("token");
    expect(fork.permissions).toBeUndefined();
    expect(scripts(fork.steps)).toEqual([
      'bin/sandbox bin/rollout preview --stack staging >> "$GITHUB_STEP_SUMMARY"',
    ]);
  });

  it("brings an environment up, down and out of the way, and prints who shows what a rollout would do", () => {
    const of = (id: string): readonly string[] => scripts(job("preview.yml", id).steps);
    expect(of("production")).toEqual([
      expect.stringContaining("gh workflow run preview.yml --ref prod -f pull-request=$PULL_REQUEST"),
    ]);
    expect([...of("preview"), ...of("close"), ...of("sweep")]).toEqual([
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

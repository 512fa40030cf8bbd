import { isCloudFailure, mayHaveWritten, withPlanAdvice } from "./engine-messages.ts";
import { describe, expect, it } from "vitest";

describe("an error of a cloud", () => {
  it.each([
    [
      "GitHub answered 503 to GET /repos/o/r/git/ref/heads/rollouts/staging/record: Service Unavailable",
      true,
      false,
    ],
    ["gate failed: GitHub did not answer POST /repos/o/r/git/refs: the connection was closed", true, true],
    ["Fly.io answered 429 to GET /v1/apps/a: slow down", true, false],
    ["GitHub answered 401 to GET /user: Bad credentials", false, false],
    ["gate failed: refused: production does not let commit 0123 in; nothing was changed", false, false],
    ["the stack staging cannot be rolled out; nothing was changed", false, false],
  ])(
    "%s is not taken for one of the settings, nor a lost answer for a refusal",
    (error, isFailure, hasWritten) => {
      expect([isCloudFailure([error]), mayHaveWritten([error])]).toEqual([isFailure, hasWritten]);
    },
  );
});

/** As users saw it: backstage/backstage#28977, on Team. */
const refused = (rule: string): string =>
  "PUT https://api.github.com/repos/o/r/environments/production: 422 Failed to create the environment protection rule. " +
  `Please ensure the billing plan supports the ${rule} protection rule. []`;

describe("what an account's plan does not have", () => {
  it.each(["required reviewers", "wait timer"])("of %s names the settings and what to do", (rule) => {
    const advised = withPlanAdvice(refused(rule));
    expect(advised).toContain(refused(rule));
    expect(advised).toContain(`no ${rule} rule for a private repository on the plans Free, Pro and Team`);
    for (const part of [
      "reviewers, preventSelfReview and waitTimerMinutes below rollout:github.environment",
      "make the repository public",
    ])
      expect(advised).toContain(part);
  });

  it("leaves any other error as it is", () => {
    expect(withPlanAdvice("422 Validation Failed")).toBe("422 Validation Failed");
  });
});

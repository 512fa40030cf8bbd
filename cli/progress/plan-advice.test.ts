import { describe, expect, it } from "vitest";
import { withPlanAdvice } from "./plan-advice.ts";

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

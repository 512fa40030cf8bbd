import { describe, expect, it } from "vitest";
import { environmentFaults } from "./environment-faults.ts";
import { kindOf } from "../environments.ts";
import type { Settings } from "./schema.ts";
import { shopSettings } from "./test-application.ts";

const requireKind = (stack: string) => kindOf(stack) ?? expect.fail(`no stack ${stack}`);
const [staging, prod] = [shopSettings("staging"), shopSettings("prod")];

describe("the settings of an environment", () => {
  it.each(["staging", "prod"] as const)("are right in Pulumi.%s.yaml", (stack) => {
    expect(environmentFaults(stack, requireKind(stack), shopSettings(stack))).toEqual([]);
  });

  it("are right for production without reviewers and wait, which GitHub's plan may not have", () => {
    const { branches } = prod.github.environment;
    const environment = {
      ...{ branches, reviewers: { users: [], teams: [] } },
      ...{ preventSelfReview: false, waitTimerMinutes: 0 },
    };
    const settings = { ...prod, github: { ...prod.github, environment } };
    expect(environmentFaults("prod", requireKind("prod"), settings)).toEqual([]);
  });

  it("are right for production with teams as reviewers, once it says who approves migrations", () => {
    const reviewed = (reviewers: { users: number[]; teams: number[] }, approving?: number[]) =>
      environmentFaults("prod", requireKind("prod"), {
        ...prod,
        github: { ...prod.github, environment: { ...prod.github.environment, reviewers } },
        migrations: { ...prod.migrations, reviewers: approving },
      });
    const teams = { users: [], teams: [7] };
    expect(reviewed(teams)).toEqual([
      expect.stringContaining("rollout:github.environment.reviewers has teams alone"),
    ]);
    expect(reviewed(teams, [1])).toEqual([]);
    expect(reviewed(teams, [])).toEqual([]);
    expect(reviewed({ users: [1], teams: [7] })).toEqual([]);
  });

  it.each<[string, string, Settings, string]>([
    [
      "production that one person may begin alone",
      "prod",
      {
        ...prod,
        github: { ...prod.github, environment: { ...prod.github.environment, preventSelfReview: false } },
      },
      "rollout:github.environment.preventSelfReview is false",
    ],
    [
      "production without the app of the proven image",
      "prod",
      { ...prod, fly: { ...prod.fly, imageApp: undefined } },
      "rollout:fly.imageApp is missing",
    ],
    [
      "production that anybody may begin",
      "prod",
      {
        ...prod,
        github: {
          ...prod.github,
          environment: { ...prod.github.environment, reviewers: { users: [], teams: [] } },
        },
      },
      "rollout:github.environment.reviewers is empty",
    ],
    [
      "production that every rollout load-tests",
      "prod",
      { ...prod, load: { ...prod.load, afterRollout: true } },
      "rollout:load.afterRollout is true",
    ],
    [
      "production on another branch",
      "prod",
      { ...prod, neon: { ...prod.neon, branch: "main" } },
      "rollout:neon.branch is main",
    ],
    [
      "staging on production's branch",
      "staging",
      { ...staging, neon: { ...staging.neon, branch: "production" } },
      "which is production's",
    ],
    [
      "staging with an end",
      "staging",
      { ...staging, neon: { ...staging.neon, expiresAt: "2026-03-09T00:00:00Z" } },
      "rollout:neon.expiresAt is for environments of pull requests",
    ],
    [
      "a pull request without an end",
      "pr-42",
      { ...staging, vercel: { ...staging.vercel, gitBranch: "faster-plans" } },
      "rollout:neon.expiresAt is missing. pr-42 is made by: bin/rollout preview-env up 42",
    ],
  ])("are refused for %s", (_name, stack, settings, fault) => {
    expect(environmentFaults(stack, requireKind(stack), settings).join("\n")).toContain(fault);
  });

  it("name what is shared alike, and nothing that is not", () => {
    const shared = ({ neon, vercel, github }: Settings) => ({
      neon: [neon.project, neon.region, neon.postgresVersion, neon.organizationId],
      vercel: [vercel.team, vercel.project, vercel.deploymentProtection],
      github: [github.owner, github.repository],
    });
    expect(shared(prod)).toEqual(shared(staging));
    const own = ({ neon, fly, vercel }: Settings) => [
      neon.branch,
      neon.role,
      ...Object.values(fly.apps),
      vercel.domain,
    ];
    expect(own(prod).filter((value) => own(staging).includes(value))).toEqual([]);
    expect(prod.fly.imageApp).toBe(staging.fly.imageApp);
  });
});

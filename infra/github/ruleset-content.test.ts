import { describe, expect, it } from "vitest";
import { changesOf, contentOf, contentOfBranch, type SeenRuleset } from "./ruleset-content.ts";

const wanted = contentOfBranch({
  name: "prod",
  branch: "prod",
  requiredApprovals: 1,
  dismissStaleReviews: true,
  requiredChecks: ["ci", "scan"],
  checksOfActions: ["ci"],
  requireUpToDate: false,
  requireCodeOwners: true,
  requireLastPushApproval: true,
});
const rulesBut = (type: string): SeenRuleset["rules"] & object =>
  wanted.rules.filter((rule) => rule.type !== type);

describe("the ruleset of a branch", () => {
  it("lets no user delete the branch, reset it or change it without a review and green checks", () => {
    expect(wanted).toMatchObject({
      enforcement: "active",
      bypass_actors: [],
      conditions: { ref_name: { include: ["refs/heads/prod"] } },
    });
    expect(wanted.rules.map(({ type }) => type)).toEqual([
      "deletion",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
  });

  it("takes a check from GitHub Actions alone, and an approval by another person than who pushed last", () => {
    const parameters = Object.fromEntries(
      wanted.rules.map((rule) => [rule.type, "parameters" in rule ? rule.parameters : {}]),
    );
    expect(parameters).toMatchObject({
      pull_request: { require_code_owner_review: true, require_last_push_approval: true },
      required_status_checks: {
        required_status_checks: [{ context: "ci", integration_id: 15_368 }, { context: "scan" }],
      },
    });
  });

  it.each([undefined, 57_789])("is another where a required check may come from app %s", (app) => {
    const checks = [
      { context: "ci", ...(app === undefined ? {} : { integration_id: app }) },
      { context: "scan" },
    ];
    const rules = wanted.rules.map((rule) =>
      rule.type === "required_status_checks"
        ? { ...rule, parameters: { ...rule.parameters, required_status_checks: checks } }
        : rule,
    );
    expect(changesOf({ ...wanted, rules }, wanted)).toEqual(["the rule required_status_checks is another"]);
  });

  it("is unchanged by what GitHub adds, and by another order", () => {
    const answered = {
      ...wanted,
      rules: wanted.rules.toReversed().map((rule) => {
        if (rule.type === "pull_request")
          return { ...rule, parameters: { ...rule.parameters, allowed_merge_methods: ["merge"] } };
        if (rule.type !== "required_status_checks") return rule;
        const checks = [
          { context: "scan", integration_id: 57_789 },
          { context: "ci", integration_id: 15_368 },
        ];
        return { ...rule, parameters: { ...rule.parameters, required_status_checks: checks } };
      }),
    };
    expect(changesOf(answered, wanted)).toEqual([]);
  });

  it.each<[change: SeenRuleset, said: string]>([
    [{ name: "mine" }, "it has another name"],
    [{ enforcement: "disabled" }, "it is disabled"],
    [
      { conditions: { ref_name: { include: ["refs/heads/other"], exclude: [] } } },
      "it is for other branches",
    ],
    [{ bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole" }] }, "some users may pass it"],
    [{ rules: rulesBut("deletion") }, "the rule deletion is gone"],
    [{ rules: [...wanted.rules, { type: "creation" }] }, "there is a rule creation"],
    [
      { rules: [...rulesBut("pull_request"), { type: "pull_request", parameters: {} }] },
      "the rule pull_request is another",
    ],
  ])("reports a change made out of band: %o", (change, said) => {
    expect(changesOf({ ...wanted, ...change }, wanted)).toEqual([said]);
  });
});

describe("the ruleset of refs that one App writes", () => {
  const guard = contentOf({ name: "rollouts", refs: ["refs/heads/rollouts/staging/record"], app: 4_711 });
  const app = { actor_id: 4_711, actor_type: "Integration", bypass_mode: "always" };
  const administrators = { actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" };

  it("lets that App and administrators make, move and delete them, and nobody else", () => {
    expect(guard).toMatchObject({
      ...{ target: "branch", enforcement: "active", bypass_actors: [app, administrators] },
      conditions: { ref_name: { include: ["refs/heads/rollouts/staging/record"] } },
    });
    expect(guard.rules.map(({ type }) => type)).toEqual([
      "creation",
      "update",
      "deletion",
      "non_fast_forward",
    ]);
  });

  it.each<[string, SeenRuleset["bypass_actors"], readonly string[]]>([
    ["the same, in another order", [administrators, app], []],
    ["that are not shown, since the token may not administrate", undefined, []],
    [
      "with one more",
      [app, administrators, { actor_id: 4, actor_type: "RepositoryRole" }],
      ["some users may pass it"],
    ],
    ["without the App", [administrators], ["some users may not pass it any more"]],
  ])("finds who may pass it %s", (_name, actors, changes) => {
    const { bypass_actors: _actors, ...rest } = guard;
    expect(changesOf({ ...rest, ...(actors ? { bypass_actors: actors } : {}) }, guard)).toEqual(changes);
  });
});

import type { CheckFailure, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import { isMap, type Properties } from "../kit/values.ts";
import { openGitHub } from "./client.ts";
import { environmentPath, idOf, partsOf, repositoryIdOf } from "./paths.ts";

const mostReviewers = 6;
const longestWaitMinutes = 43_200;

interface Rule {
  readonly type: string;
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly {
    readonly type: "User" | "Team";
    readonly reviewer: { readonly id: number };
  }[];
}

interface Found {
  readonly can_admins_bypass: boolean;
  readonly protection_rules: readonly Rule[];
  readonly deployment_branch_policy: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

/**
 * `github:index/repositoryEnvironment:RepositoryEnvironment` as @pulumi/github 6.15.0
 * (integrations/terraform-provider-github github/resource_github_repository_environment.go). Another name replaces.
 */
export const repositoryEnvironment: ResourceType = {
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    environment: { type: "string", required: true, replaces: true },
    canAdminsBypass: { type: "boolean", default: true },
    preventSelfReview: { type: "boolean" },
    waitTimer: { type: "number" },
    reviewers: { type: "list" },
    deploymentBranchPolicy: { type: "map" },
  },
  outputs: { repositoryId: false },
  renewedByUpdate: [],
  normalize: (inputs) => ({
    ...inputs,
    waitTimer: inputs["waitTimer"] === 0 ? undefined : inputs["waitTimer"],
    preventSelfReview: inputs["preventSelfReview"] === false ? undefined : inputs["preventSelfReview"],
    reviewers: inputs["reviewers"] === undefined ? undefined : reviewersOf(inputs),
  }),
  check: ({ values }) => checkEnvironment(values),
  create: async (inputs, operation) => {
    const github = await openGitHub(operation);
    await github.call("PUT", environmentPath(github, inputs), bodyOf(inputs));
    return {
      id: idOf(inputs["repository"], inputs["environment"]),
      outputs: { repositoryId: await repositoryIdOf(github, inputs) },
    };
  },
  read: async (id, state, operation, before) => {
    const github = await openGitHub(operation);
    const of = partsOf(id, "repository", "environment");
    const found = (await orAbsent(github.call("GET", environmentPath(github, of)))) as Found | undefined;
    if (!found) return undefined;
    const repositoryId = state["repositoryId"] ?? (await repositoryIdOf(github, of));
    return { inputs: { ...of, ...readInputs(found, before) }, outputs: { repositoryId } };
  },
  update: async (_id, state, inputs, operation) => {
    const github = await openGitHub(operation);
    await github.call("PUT", environmentPath(github, inputs), bodyOf(inputs));
    return { repositoryId: state["repositoryId"] };
  },
  delete: async (_id, state, operation) => {
    const github = await openGitHub(operation);
    await orAbsent(github.call("DELETE", environmentPath(github, state)));
  },
};

function checkEnvironment(values: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const wait = values["waitTimer"];
  if (typeof wait === "number" && (wait < 0 || wait > longestWaitMinutes))
    failures.push({
      property: "waitTimer",
      reason: `must be between 0 and ${String(longestWaitMinutes)} minutes`,
    });
  const { teams, users } = reviewersOf(values);
  if (teams.length + users.length > mostReviewers)
    failures.push({ property: "reviewers", reason: `must be at most ${String(mostReviewers)}` });
  const policy = values["deploymentBranchPolicy"];
  if (isMap(policy))
    for (const name of ["protectedBranches", "customBranchPolicies"])
      if (typeof policy[name] !== "boolean")
        failures.push({ property: `deploymentBranchPolicy.${name}`, reason: "is required" });
  return failures;
}

/** Ids of the reviewers; their order does not count. */
function reviewersOf({ reviewers }: Properties): {
  readonly teams: readonly number[];
  readonly users: readonly number[];
} {
  const first: unknown = Array.isArray(reviewers) ? reviewers[0] : undefined;
  const ids = (kind: string): number[] => {
    const given = isMap(first) ? first[kind] : undefined;
    return Array.isArray(given) ? (given as number[]).toSorted((one, other) => one - other) : [];
  };
  return { teams: ids("teams"), users: ids("users") };
}

function bodyOf(inputs: Properties): Properties {
  const { teams, users } = reviewersOf(inputs);
  const policy = inputs["deploymentBranchPolicy"];
  return {
    wait_timer: inputs["waitTimer"] ?? 0,
    can_admins_bypass: inputs["canAdminsBypass"],
    prevent_self_review: inputs["preventSelfReview"] ?? false,
    reviewers:
      inputs["reviewers"] === undefined
        ? null
        : [...teams.map((id) => ({ type: "Team", id })), ...users.map((id) => ({ type: "User", id }))],
    deployment_branch_policy: isMap(policy)
      ? {
          protected_branches: policy["protectedBranches"],
          custom_branch_policies: policy["customBranchPolicies"],
        }
      : null,
  };
}

/**
 * What GitHub has. As the real provider reads it, reviewers and the rule on one's own review stay as they were when
 * GitHub has no rule about reviewers any more: that all of them were deleted manually is not seen.
 */
function readInputs(found: Found, before: Properties): Properties {
  const rule = (type: string): Rule | undefined => found.protection_rules.find((each) => each.type === type);
  const wait = rule("wait_timer")?.wait_timer;
  const review = rule("required_reviewers");
  const policy = found.deployment_branch_policy;
  return {
    canAdminsBypass: found.can_admins_bypass,
    preventSelfReview: orAsBefore(review?.prevent_self_review, before["preventSelfReview"]),
    waitTimer: wait ?? (before["waitTimer"] === undefined ? undefined : 0),
    reviewers: review ? readReviewers(review, before) : before["reviewers"],
    deploymentBranchPolicy: policy
      ? { protectedBranches: policy.protected_branches, customBranchPolicies: policy.custom_branch_policies }
      : undefined,
  };
}

/** What GitHub has; what it does not answer, and what is off and was never set, is as before. */
function orAsBefore(found: boolean | undefined, before: unknown): unknown {
  return found === undefined || (!found && before === undefined) ? before : found;
}

function readReviewers({ reviewers = [] }: Rule, before: Properties): unknown {
  const ids = (type: "User" | "Team"): number[] =>
    reviewers.filter((each) => each.type === type).map(({ reviewer }) => reviewer.id);
  const found = { teams: ids("Team"), users: ids("User") };
  const isSame = JSON.stringify(reviewersOf({ reviewers: [found] })) === JSON.stringify(reviewersOf(before));
  return isSame
    ? before["reviewers"]
    : [Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0))];
}

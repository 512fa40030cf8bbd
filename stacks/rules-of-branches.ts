import { actionsSource, sourceOf } from "@rollout/infra/rollout/ci-checks";
import { guardedRefs } from "@rollout/infra/github/rollout-refs";
import { environments } from "./environments.ts";
import type { Settings } from "./settings/schema.ts";

/** The rules of the branches, as the settings ask for them. */
export function rulesOfBranches({ branchRules, requiredChecks, checkSources }: Settings["github"]) {
  // A user who works alone has no approver, and could merge nothing.
  const isReviewed = branchRules.requiredApprovals > 0;
  return {
    ...branchRules,
    requireLastPushApproval: branchRules.requireLastPushApproval ?? isReviewed,
    requireCodeOwners: branchRules.requireCodeOwners ?? isReviewed,
    requiredChecks,
    checksOfActions: requiredChecks.filter((name) => sourceOf(name, checkSources) === actionsSource),
  };
}

/** The ruleset of records and leases of all environments that stay; none where no App rolls out. */
export function rulesOfRecords({ rolloutApp }: Settings["github"]) {
  const names = Object.values(environments).map(({ environment }) => environment);
  return rolloutApp === undefined
    ? undefined
    : { name: "rollouts", refs: guardedRefs(names), app: rolloutApp };
}

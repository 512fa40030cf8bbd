import { actionsSource, sourceOf } from "@rollout/infra/rollout/ci-checks";
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

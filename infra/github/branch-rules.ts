import * as pulumi from "@pulumi/pulumi";
import type { Repository } from "./client.ts";
import { Ruleset } from "./resources.ts";

export interface BranchRulesArgs extends Repository {
  /** Branches that are guarded; each gets a ruleset of its own name. */
  readonly branches: readonly string[];
  /** Reviews that approve a pull request before it may be merged; 0 to 10. */
  readonly requiredApprovals: number;
  /** Whether a push takes earlier approvals away. */
  readonly dismissStaleReviews: boolean;
  /** Whether a pull request must hold the newest commit of its target. */
  readonly requireUpToDate: boolean;
  /** Checks that must be green before a merge. */
  readonly requiredChecks: readonly string[];
  /** Those of them that must be jobs of GitHub Actions. */
  readonly checksOfActions: readonly string[];
  /** Whether the owners of changed files, by `.github/CODEOWNERS`, must approve. */
  readonly requireCodeOwners: boolean;
  /** Whether a person other than the one who pushed last must approve. */
  readonly requireLastPushApproval: boolean;
}

/**
 * The rules of the branches that environments are rolled out from. They belong to the repository, which outlives every
 * stack: a destroy leaves them, and the next `up` finds them again.
 */
export class BranchRules extends pulumi.ComponentResource {
  constructor(name: string, args: BranchRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:github:BranchRules", name, {}, opts);
    const { branches, ...rules } = args;
    for (const branch of branches)
      new Ruleset(
        `${name}-${branch}`,
        { ...rules, name: branch, branch },
        { parent: this, retainOnDelete: true },
      );
    this.registerOutputs({});
  }
}

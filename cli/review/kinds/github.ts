import type { Kind } from "./kind.ts";

/** What GitHub has. */
export const githubKinds: Readonly<Record<string, Kind>> = {
  "pulumi-nodejs:dynamic/github:Secret": {
    cloud: "GitHub",
    what: "secret",
    namedBy: ["name"],
    hidden: ["owner", "repository", "value"],
    loss: { rank: 7, deleted: "GitHub shows its value to no one, so it is gone" },
  },
  "pulumi-nodejs:dynamic/github:Ruleset": {
    cloud: "GitHub",
    what: "rules of the branch",
    namedBy: ["branch"],
    keepsItself: true,
    properties: {
      requiredApprovals: "approvals before a merge",
      dismissStaleReviews: "a push takes approvals away",
      requireUpToDate: "newest commit of the target wanted",
      requiredChecks: "checks before a merge",
      checksOfActions: "of them jobs of GitHub Actions",
      requireCodeOwners: "approval by code owners",
      requireLastPushApproval: "approval of the last push",
    },
    hidden: ["owner", "repository", "name"],
  },
  "github:index/repositoryEnvironment:RepositoryEnvironment": {
    cloud: "GitHub",
    what: "environment",
    namedBy: ["environment"],
    hidden: ["repository"],
    properties: {
      waitTimer: "minutes that a job waits",
      preventSelfReview: "no user reviews their own job",
      deploymentBranchPolicy: "branches",
    },
    loss: {
      rank: 7,
      deleted: "its secrets and its record of reviews go",
      replaced: "its secrets and its record of reviews go",
    },
  },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": {
    cloud: "GitHub",
    what: "leave to deploy for the branches",
    namedBy: ["branchPattern"],
    hidden: ["repository"],
  },
};

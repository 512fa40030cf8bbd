/** What GitHub acknowledged. Times are ISO 8601 in UTC, as its answers have them. */
export interface GithubState {
  /** By `owner/name` in lower case. */
  readonly repositories: Record<string, Repository>;
  lastId: number;
}

export const emptyState = (): GithubState => ({ repositories: {}, lastId: 1000 });

export interface KeyPair {
  readonly id: string;
  /** Base64. */
  readonly publicKey: string;
  /** Base64. */
  readonly privateKey: string;
}

export interface Secret {
  readonly createdAt: string;
  updatedAt: string;
  /** Decrypted. It leaves this store never. */
  value: string;
}

export interface Variable {
  readonly createdAt: string;
  updatedAt: string;
  value: string;
}

/** Secrets and variables of a repository or of an environment, by name in upper case. */
export interface SecretScope {
  keys?: KeyPair;
  readonly secrets: Record<string, Secret>;
  readonly variables: Record<string, Variable>;
}

export interface Environment extends SecretScope {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  updatedAt: string;
  waitTimer: number;
  preventSelfReview: boolean;
  reviewers: { readonly type: "User" | "Team"; readonly id: number }[];
  branchPolicy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
}

export type CommitState = "error" | "failure" | "pending" | "success";

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: CommitState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly createdAt: string;
}

export type DeploymentState =
  "error" | "failure" | "inactive" | "in_progress" | "queued" | "pending" | "success";

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: Record<string, unknown> | string;
  readonly environment: string;
  readonly description: string | null;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** Oldest first. */
  readonly statuses: DeploymentStatus[];
}

export interface IssueComment {
  readonly id: number;
  readonly body: string;
  readonly createdAt: string;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  title: string;
  body: string | null;
  state: "open" | "closed";
  labels: string[];
  readonly comments: IssueComment[];
}

export interface Repository extends SecretScope {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly createdAt: string;
  readonly environments: Record<string, Environment>;
  /** Oldest first. */
  readonly statuses: CommitStatus[];
  /** Oldest first. */
  readonly deployments: Deployment[];
  readonly issues: Issue[];
  /** Commits that have no status of CI, not even the one that a commit has by itself. */
  commitsWithoutCi: string[];
}

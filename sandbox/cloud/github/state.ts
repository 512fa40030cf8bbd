// Long because it is the one description of all that the emulator keeps, read from top to bottom.
import type { RunJob, WorkflowDispatch } from "./run-jobs.ts";

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
  /** The name is a user's login or a team's slug. */
  reviewers: { readonly type: "User" | "Team"; readonly id: number; readonly name?: string }[];
  branchPolicy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  canAdminsBypass: boolean;
  /** Names of branches and tags that may deploy; they count where `branchPolicy` asks for custom ones. */
  policies: DeploymentPolicy[];
}

export interface DeploymentPolicy {
  readonly id: number;
  name: string;
  readonly type: "branch" | "tag";
}

/** A set of rules, in the words of the API. */
export interface Ruleset {
  readonly id: number;
  readonly createdAt: string;
  updatedAt: string;
  content: RulesetContent;
}

export interface RulesetContent {
  readonly name: string;
  readonly target: "branch" | "tag" | "push";
  readonly enforcement: "disabled" | "active" | "evaluate";
  readonly bypass_actors: readonly unknown[];
  readonly conditions?: unknown;
  readonly rules: readonly unknown[];
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
  /** Login of who made it; absent in a sandbox of an earlier version, and of what CI reports. */
  readonly creator?: string;
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
  body: string;
  readonly createdAt: string;
  /** Absent in a sandbox of an earlier version, which changed none. */
  updatedAt?: string;
}

/** What makes an issue a pull request. Its branches are of this repository: there are no forks. */
export interface PullRequest {
  readonly head: string;
  base: string;
  readonly isDraft: boolean;
  /** The head's commit when the request was made, closed or opened again; an open one follows its branch. */
  headSha: string;
  /** Absent while it is not merged. */
  merge?: { readonly sha: string; readonly at: string };
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
  comments: IssueComment[];
  readonly pullRequest?: PullRequest;
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
  /** Issues and pull requests, which are numbered together; oldest first. */
  readonly issues: Issue[];
  /** Commits that have no status of CI, not even the one that a commit has from the start. */
  commitsWithoutCi: string[];
  rulesets: Ruleset[];
  /** Commits by full name, `refs/heads/main`. */
  readonly refs: Record<string, string>;
  /** Those that were made through the API. */
  readonly commits: Record<string, Commit>;
  /** Logins of who wrote commits that were pushed, where a test has set one; null where GitHub knows none. */
  authors?: Readonly<Record<string, string | null>>;
  /** Those that were made through the API, with the paths of their files. */
  readonly trees: Record<string, readonly string[]>;
  checkRuns: CheckRun[];
  runners: Runner[];
  /** Runs of workflows that a runner reported; oldest first. */
  workflowRuns: WorkflowRun[];
  dispatches?: WorkflowDispatch[];
}

/** A run of a workflow by the sandbox's own runner. */
export interface WorkflowRun {
  readonly id: number;
  readonly sha: string;
  readonly branch: string;
  readonly path: string;
  readonly name: string;
  readonly event: string;
  readonly createdAt: string;
  /** Who started it. */
  readonly actor: string;
  conclusion: "success" | "failure" | "cancelled" | null;
  isCancelled?: boolean;
  jobs?: RunJob[];
  /** Of the environments that its jobs have reached. */
  readonly deployments: PendingDeployment[];
}

/** A job that waits, or has waited, for the rules of an environment. */
export interface PendingDeployment {
  readonly environment: string;
  readonly since: string;
  review: "approved" | "rejected" | null;
}

export interface Commit {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** It came by a push or by the merge of a pull request, and not through the API of commits. */
  readonly isPushed?: true;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  /** The run of a workflow that it is a job of, which has a check suite of its own; absent: an app made it by the API. */
  readonly suite?: string;
  /** Of that run: the branch that it is of, and the event that started it. Absent in a sandbox of an earlier version. */
  readonly branch?: string;
  readonly event?: string;
}

export const checkConclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
] as const;
export type CheckConclusion = (typeof checkConclusions)[number];

/** A self-hosted runner; `bin/sandbox` and tests register them. */
export interface Runner {
  readonly id: number;
  readonly name: string;
  status: "online" | "offline";
  busy: boolean;
  /** False where it hangs: online, idle, and no job reaches it. Absent in snapshots of before. */
  takes?: boolean;
  labels: string[];
}

/** What a repository begins with. */
export const emptyRepository = (): Omit<Repository, "id" | "owner" | "name" | "createdAt"> => ({
  secrets: {},
  variables: {},
  environments: {},
  statuses: [],
  deployments: [],
  issues: [],
  commitsWithoutCi: [],
  rulesets: [],
  refs: {},
  commits: {},
  trees: {},
  checkRuns: [],
  runners: [],
  workflowRuns: [],
});

/** What an environment begins with. */
export const emptyEnvironment = (): Omit<Environment, "id" | "name" | "createdAt" | "updatedAt"> => ({
  waitTimer: 0,
  preventSelfReview: false,
  reviewers: [],
  branchPolicy: null,
  canAdminsBypass: true,
  policies: [],
  secrets: {},
  variables: {},
});

/** Fills in what a sandbox of an earlier version did not keep. */
export function upgradeState(state: GithubState): void {
  for (const repository of Object.values(state.repositories)) {
    Object.assign(repository, { ...emptyRepository(), ...repository });
    for (const environment of Object.values(repository.environments))
      Object.assign(environment, { ...emptyEnvironment(), ...environment });
  }
}

import { call, sandboxsOwn, type DocumentedCall } from "../call.ts";

export const document = "@octokit/openapi-types, made from GitHub's OpenAPI document";

const repository = "/repos/{owner}/{repo}";
const environment = `${repository}/environments/{environment_name}`;
const policies = `${environment}/deployment-branch-policies`;
const deployments = `${repository}/deployments`;
const git = `${repository}/git`;
const runners = `${repository}/actions/runners`;
const issues = `${repository}/issues`;
const pulls = `${repository}/pulls`;
const rulesets = `${repository}/rulesets`;

type Also = (path: string) => { readonly alsoAt?: readonly string[] };

/** The Terraform provider, which the Pulumi provider is made from, names the repository by its number there. */
const byNumber: Also = (path) => ({ alsoAt: [path.replace(repository, "/repositories/{repository_id}")] });

/** Secrets and variables of a repository's actions and of an environment are the same calls at two places. */
function secretsAndVariables(base: string, of: "repo" | "environment", also: Also): DocumentedCall[] {
  const key = `${base}/secrets/public-key`;
  const secrets = `${base}/secrets`;
  const variables = `${base}/variables`;
  const secret = `${secrets}/{secret_name}`;
  const variable = `${variables}/{name}`;
  return [
    call("GET", key, `actions/get-${of}-public-key`, also(key)),
    call("GET", secrets, `actions/list-${of}-secrets`, also(secrets)),
    call("GET", secret, `actions/get-${of}-secret`, also(secret)),
    call("PUT", secret, `actions/create-or-update-${of}-secret`, also(secret)),
    call("DELETE", secret, `actions/delete-${of}-secret`, also(secret)),
    call("GET", variables, `actions/list-${of}-variables`, also(variables)),
    call("POST", variables, `actions/create-${of}-variable`, also(variables)),
    call("GET", variable, `actions/get-${of}-variable`, also(variable)),
    call("PATCH", variable, `actions/update-${of}-variable`, also(variable)),
    call("DELETE", variable, `actions/delete-${of}-variable`, also(variable)),
  ];
}

export const calls: readonly DocumentedCall[] = [
  call("GET", "/user", "users/get-authenticated", {
    leftOut: "one user, but for the people whose tokens the sandbox made",
  }),
  call("GET", "/user/{account_id}", "users/get-by-id"),
  call("GET", "/users/{username}", "users/get-by-username"),
  call("GET", "/orgs/{org}", "orgs/get", {
    leftOut: "there is none, unless `github.owner` is `organization`",
  }),
  call("GET", "/orgs/{org}/teams/{team_slug}", "teams/get-by-name"),
  call("GET", "/rate_limit", "rate-limit/get", { leftOut: "never runs out" }),
  call("GET", repository, "repos/get", { leftOut: "the checkout is the repository; no call changes it" }),
  call("POST", `${repository}/statuses/{sha}`, "repos/create-commit-status"),
  call("GET", `${repository}/commits/{ref}/statuses`, "repos/list-commit-statuses-for-ref", {
    alsoAt: [`${repository}/statuses/{ref}`],
  }),
  call("GET", `${repository}/commits/{ref}/status`, "repos/get-combined-status-for-ref"),
  call("GET", `${repository}/commits/{ref}/check-runs`, "checks/list-for-ref"),
  call("POST", `${repository}/check-runs`, "checks/create", {
    leftOut: "annotations, images, actions; apps but GitHub Actions, whose jobs have tokens",
  }),
  call("GET", `${repository}/check-runs/{check_run_id}`, "checks/get"),
  call("PATCH", `${repository}/check-runs/{check_run_id}`, "checks/update"),
  call("GET", `${git}/ref/{ref}`, "git/get-ref"),
  call("GET", `${git}/matching-refs/{ref}`, "git/list-matching-refs"),
  call("POST", `${git}/refs`, "git/create-ref"),
  call("PATCH", `${git}/refs/{ref}`, "git/update-ref"),
  call("DELETE", `${git}/refs/{ref}`, "git/delete-ref"),
  call("POST", `${git}/commits`, "git/create-commit", { leftOut: "blobs: a commit is its text" }),
  call("POST", `${git}/trees`, "git/create-tree", {
    leftOut: "files given by content only; base_tree, folders",
  }),
  call("GET", `${git}/commits/{commit_sha}`, "git/get-commit"),
  call("GET", `${repository}/commits`, "repos/list-commits", {
    leftOut: "commits that were pushed, but for the one to begin at where `path` is given; other filters",
  }),
  call("GET", `${repository}/actions/runs`, "actions/list-workflow-runs-for-repo", {
    leftOut:
      "one run a check suite, whose jobs are its check runs, and those of the sandbox's runner; filters but head_sha, status",
  }),
  call(
    "GET",
    `${repository}/actions/runs/{run_id}/pending_deployments`,
    "actions/get-pending-deployments-for-run",
  ),
  call(
    "POST",
    `${repository}/actions/runs/{run_id}/pending_deployments`,
    "actions/review-pending-deployments-for-run",
    {
      leftOut:
        "members of teams: every user is one; its answer is empty, as of jobs with `deployment: false`",
    },
  ),
  call("GET", `${repository}/actions/runs/{run_id}/jobs`, "actions/list-jobs-for-workflow-run"),
  call("POST", `${repository}/actions/runs/{run_id}/cancel`, "actions/cancel-workflow-run", {
    leftOut: "runs that are not those of the sandbox's runner",
  }),
  call(
    "POST",
    `${repository}/actions/workflows/{workflow_id}/dispatches`,
    "actions/create-workflow-dispatch",
    { leftOut: "starts nothing: it is kept, and the sandbox's runner is asked to run it" },
  ),
  call("GET", runners, "actions/list-self-hosted-runners-for-repo"),
  call("GET", `${runners}/{runner_id}`, "actions/get-self-hosted-runner-for-repo"),
  call("DELETE", `${runners}/{runner_id}`, "actions/delete-self-hosted-runner-from-repo"),
  ...secretsAndVariables(`${repository}/actions`, "repo", () => ({})),
  ...secretsAndVariables(environment, "environment", byNumber),
  call("GET", `${repository}/environments`, "repos/get-all-environments"),
  call("GET", environment, "repos/get-environment"),
  call("PUT", environment, "repos/create-or-update-environment"),
  call("DELETE", environment, "repos/delete-an-environment"),
  call("GET", policies, "repos/list-deployment-branch-policies"),
  call("POST", policies, "repos/create-deployment-branch-policy"),
  call("GET", `${policies}/{branch_policy_id}`, "repos/get-deployment-branch-policy"),
  call("PUT", `${policies}/{branch_policy_id}`, "repos/update-deployment-branch-policy"),
  call("DELETE", `${policies}/{branch_policy_id}`, "repos/delete-deployment-branch-policy"),
  call("GET", rulesets, "repos/get-repo-rulesets"),
  call("POST", rulesets, "repos/create-repo-ruleset", {
    leftOut:
      "of what rules refuse: other than changes of refs, and merges without approvals or checks; teams as bypass actors",
  }),
  call("GET", `${rulesets}/{ruleset_id}`, "repos/get-repo-ruleset"),
  call("PUT", `${rulesets}/{ruleset_id}`, "repos/update-repo-ruleset"),
  call("DELETE", `${rulesets}/{ruleset_id}`, "repos/delete-repo-ruleset"),
  call("GET", deployments, "repos/list-deployments"),
  call("POST", deployments, "repos/create-deployment", { leftOut: "never merges: auto_merge has no effect" }),
  call("GET", `${deployments}/{deployment_id}`, "repos/get-deployment"),
  call("DELETE", `${deployments}/{deployment_id}`, "repos/delete-deployment"),
  call("GET", `${deployments}/{deployment_id}/statuses`, "repos/list-deployment-statuses"),
  call("POST", `${deployments}/{deployment_id}/statuses`, "repos/create-deployment-status"),
  call("GET", `${deployments}/{deployment_id}/statuses/{status_id}`, "repos/get-deployment-status"),
  call("GET", issues, "issues/list-for-repo"),
  call("POST", issues, "issues/create"),
  call("GET", `${issues}/{issue_number}`, "issues/get"),
  call("PATCH", `${issues}/{issue_number}`, "issues/update"),
  call("GET", `${issues}/{issue_number}/comments`, "issues/list-comments"),
  call("POST", `${issues}/{issue_number}/comments`, "issues/create-comment"),
  call("GET", `${issues}/comments/{comment_id}`, "issues/get-comment"),
  call("PATCH", `${issues}/comments/{comment_id}`, "issues/update-comment"),
  call("DELETE", `${issues}/comments/{comment_id}`, "issues/delete-comment"),
  call("GET", pulls, "pulls/list", { leftOut: "sort: always by creation" }),
  call("POST", pulls, "pulls/create", {
    leftOut: "forks, pull requests of issues; diffs, commits and reviews of any",
  }),
  call("GET", `${pulls}/{pull_number}`, "pulls/get"),
  call("PATCH", `${pulls}/{pull_number}`, "pulls/update"),
  call("PUT", `${pulls}/{pull_number}/merge`, "pulls/merge", {
    leftOut: "squash, rebase; reviews, so none approves; a merge of two branches that both changed files",
  }),
  call("POST", "/_sandbox/push/{owner}/{repo}", "a push that a Git server is about to accept", {
    document: sandboxsOwn,
  }),
  call("POST", "/_sandbox/runs/{owner}/{repo}", "a run of a workflow by the sandbox's runner", {
    document: sandboxsOwn,
  }),
  call("PATCH", "/_sandbox/runs/{owner}/{repo}/{run_id}", "how such a run ended", { document: sandboxsOwn }),
  call("POST", "/_sandbox/runs/{owner}/{repo}/{run_id}/token", "the token of one of its jobs", {
    document: sandboxsOwn,
  }),
  call(
    "PUT",
    "/_sandbox/runs/{owner}/{repo}/{run_id}/environments/{environment_name}",
    "a job that begins in an environment",
    { document: sandboxsOwn },
  ),
  call(
    "PUT",
    "/_sandbox/runs/{owner}/{repo}/{run_id}/jobs/{job_name}",
    "a job that asks for a runner, or ends",
    {
      document: sandboxsOwn,
    },
  ),
  call("GET", "/_sandbox/dispatches/{owner}/{repo}", "workflows that were started manually", {
    document: sandboxsOwn,
  }),
  call("POST", "/_sandbox/people/{login}/token", "a token of a further user", { document: sandboxsOwn }),
  call("PUT", "/_sandbox/authors/{owner}/{repo}/{sha}", "who wrote a commit that was pushed", {
    document: sandboxsOwn,
  }),
  call("PUT", "/_sandbox/ci/{owner}/{repo}/{sha}", "what `bin/sandbox ci` sets of a commit", {
    document: sandboxsOwn,
  }),
  call("GET", "/_sandbox/ci/{owner}/{repo}/{sha}", "how CI of a commit stands, for `bin/sandbox ci`", {
    document: sandboxsOwn,
  }),
  call("PUT", "/_sandbox/runners/{owner}/{repo}/{name}", "a runner that comes, works or goes", {
    document: sandboxsOwn,
  }),
  call("GET", "/{owner}/{repo}/issues", "a page: the issues", { document: sandboxsOwn }),
  call("GET", "/{owner}/{repo}/issues/{issue_number}", "a page: an issue", { document: sandboxsOwn }),
  call("GET", "/{owner}/{repo}/pull/{issue_number}", "a page: a pull request", { document: sandboxsOwn }),
  call("GET", "/{owner}/{repo}/deployments", "a page: the deployments", { document: sandboxsOwn }),
  call("GET", "/{owner}/{repo}/deployments/activity_log", "the same", { document: sandboxsOwn }),
];

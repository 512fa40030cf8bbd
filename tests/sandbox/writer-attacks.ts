import { addressOf } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a writer's token is tried with at one call of GitHub's contract. */
export interface Attack {
  /** As sandbox/contract names it, without `/repos/{owner}/{repo}`. */
  readonly call: string;
  /** Below the repository. */
  readonly path: string;
  readonly body?: object;
  /** What GitHub itself answers where it refuses; absent where a writer may do that. */
  readonly refused?: number;
}

/** What the attacks are about. */
export interface Target {
  /** A commit of the attacker's, which nobody has reviewed. */
  readonly evil: string;
  /** A commit that is an entry of the attacker's own. */
  readonly entry: string;
  /** GitHub deployments of the last rollouts. */
  readonly deployments: Readonly<Record<"production" | "staging", number>>;
  /** A sealed value, as the API takes a secret, for the repository and for the environment. */
  readonly sealed: Readonly<Record<"repository" | "environment", object>>;
  /** Number of an open pull request, of a comment on it, of a check run, a ruleset. */
  readonly pull: number;
  readonly comment: number;
  readonly checkRun: number;
  readonly ruleset: number;
}

const guarded = ["production", "staging"].flatMap((environment) =>
  ["record", "lease"].map((what) => `heads/rollouts/${environment}/${what}`),
);
const branches = ["heads/main", "heads/prod"];

/** Every call by which a writer changes something at GitHub, each with what would bring a release of theirs to production. */
export function attacksOf(target: Target): readonly Attack[] {
  const { evil, entry, deployments, sealed, pull, comment, checkRun, ruleset } = target;
  const payload = { schema: 1, environment: "staging", release: evil, commit: evil };
  const ofRollout = { task: "rollout", required_contexts: [], auto_merge: false };
  const green = { name: "ci", head_sha: evil, conclusion: "success" };
  const environment = "/environments/production";
  const policies = `${environment}/deployment-branch-policies`;
  const policy = { name: "evil*" };
  const rules = { name: "main", enforcement: "disabled" };
  const variable = { name: "NODE_OPTIONS", value: "--import data:text/javascript,1" };
  return [
    ...["ci", "rollout/staging", "rollout/production"].map((context) => ({
      ...{ call: "POST /statuses/{sha}", path: `/statuses/${evil}` },
      body: { state: "success", context },
    })),
    { call: "POST /check-runs", path: "/check-runs", body: green, refused: 403 },
    {
      ...{ call: "PATCH /check-runs/{check_run_id}", path: `/check-runs/${String(checkRun)}`, refused: 403 },
      body: { head_sha: evil },
    },
    { call: "POST /git/commits", path: "/git/commits", body: { message: "{}", tree: "0".repeat(40) } },
    {
      ...{ call: "POST /git/trees", path: "/git/trees" },
      body: { tree: [{ path: "README", mode: "100644", type: "blob", content: "mine" }] },
    },
    ...["refs/heads/evil", "refs/tags/prod", "refs/tags/main"].map((ref) => ({
      ...{ call: "POST /git/refs", path: "/git/refs", body: { ref, sha: evil } },
    })),
    ...["refs/heads/rollouts", "refs/heads/rollouts/production"].map((ref) => ({
      ...{ call: "POST /git/refs", path: "/git/refs", body: { ref, sha: evil }, refused: 422 },
    })),
    ...[...guarded, ...branches].flatMap((ref) => [
      {
        ...{ call: "PATCH /git/refs/{ref}", path: `/git/refs/${ref}`, refused: 422 },
        body: { sha: guarded.includes(ref) ? entry : evil, force: true },
      },
      { call: "DELETE /git/refs/{ref}", path: `/git/refs/${ref}`, refused: 422 },
    ]),
    {
      // Behind the newest entry, so that no force is needed.
      ...{ call: "PATCH /git/refs/{ref}", path: "/git/refs/heads/rollouts/production/record" },
      ...{ body: { sha: entry, force: false }, refused: 422 },
    },
    {
      ...{ call: "POST /actions/runs/{run_id}/pending_deployments", refused: 404 },
      path: "/actions/runs/1/pending_deployments",
      body: { environment_ids: [1], state: "approved", comment: "mine" },
    },
    { call: "POST /actions/runs/{run_id}/cancel", path: "/actions/runs/1/cancel", refused: 404 },
    {
      // A writer may start a workflow, of a commit on a branch; what it does then, the environment and the gate decide.
      call: "POST /actions/workflows/{workflow_id}/dispatches",
      path: "/actions/workflows/deploy-production.yml/dispatches",
      body: { ref: "evil", inputs: { runner: "secondary" } },
    },
    { call: "DELETE /actions/runners/{runner_id}", path: "/actions/runners/1", refused: 404 },
    ...(["/actions", environment] as const).flatMap((at) => [
      {
        ...{ call: `PUT ${at}/secrets/{secret_name}`, path: `${at}/secrets/PLANTED` },
        body: at === "/actions" ? sealed.repository : sealed.environment,
      },
      { call: `DELETE ${at}/secrets/{secret_name}`, path: `${at}/secrets/PLANTED` },
      { call: `POST ${at}/variables`, path: `${at}/variables`, body: variable },
      {
        ...{ call: `PATCH ${at}/variables/{name}`, path: `${at}/variables/NODE_OPTIONS` },
        body: { value: variable.value },
      },
      { call: `DELETE ${at}/variables/{name}`, path: `${at}/variables/NODE_OPTIONS` },
    ]),
    { call: "PUT /environments/production", path: environment, body: { wait_timer: 0 }, refused: 403 },
    { call: "DELETE /environments/production", path: environment, refused: 403 },
    {
      ...{ call: "POST /environments/production/deployment-branch-policies", refused: 403 },
      ...{ path: policies, body: policy },
    },
    ...(["PUT", "DELETE"] as const).map((method) => ({
      call: `${method} /environments/production/deployment-branch-policies/{branch_policy_id}`,
      ...{ path: `${policies}/1`, body: policy, refused: 403 },
    })),
    { call: "POST /rulesets", path: "/rulesets", body: { ...rules, name: "mine" }, refused: 404 },
    ...(["PUT", "DELETE"] as const).map((method) => ({
      ...{ call: `${method} /rulesets/{ruleset_id}`, path: `/rulesets/${String(ruleset)}` },
      ...{ body: rules, refused: 404 },
    })),
    ...["staging", "production"].map((name) => ({
      ...{ call: "POST /deployments", path: "/deployments" },
      body: { ref: evil, environment: name, payload: { ...payload, environment: name }, ...ofRollout },
    })),
    ...Object.values(deployments).map((id) => ({
      ...{ call: "POST /deployments/{deployment_id}/statuses", path: `/deployments/${String(id)}/statuses` },
      body: { state: "inactive" },
    })),
    {
      ...{ call: "DELETE /deployments/{deployment_id}" },
      path: `/deployments/${String(deployments.production)}`,
    },
    { call: "POST /issues", path: "/issues", body: { title: "mine" } },
    { call: "PATCH /issues/{issue_number}", path: `/issues/${String(pull)}`, body: { title: "mine" } },
    {
      ...{ call: "POST /issues/{issue_number}/comments", path: `/issues/${String(pull)}/comments` },
      body: { body: "mine" },
    },
    {
      ...{ call: "PATCH /issues/comments/{comment_id}", path: `/issues/comments/${String(comment)}` },
      body: { body: "mine" },
    },
    { call: "DELETE /issues/comments/{comment_id}", path: `/issues/comments/${String(comment)}` },
    { call: "POST /pulls", path: "/pulls", body: { title: "mine", head: "evil", base: "prod" } },
    { call: "PATCH /pulls/{pull_number}", path: `/pulls/${String(pull)}`, body: { base: "prod" } },
    { call: "PUT /pulls/{pull_number}/merge", path: `/pulls/${String(pull)}/merge`, body: {}, refused: 405 },
  ];
}

/** The names that the contract has for the calls of the attacks. */
export function contractName({ call }: Attack): string {
  const [method = "", path = ""] = call.split(" ");
  return `${method} /repos/{owner}/{repo}${path.replace("/environments/production", "/environments/{environment_name}")}`;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Makes one call of GitHub's API with a token, whatever is answered. */
export async function callGitHub(
  sandbox: Sandbox,
  { call, path, body }: Pick<Attack, "call" | "path" | "body">,
  token = addressOf(sandbox, "github").token,
): Promise<Answer> {
  const answer = await fetch(`${addressOf(sandbox, "github").origin}/repos/atlaris/atlaris${path}`, {
    method: call.split(" ")[0] ?? "",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined || call.startsWith("DELETE") ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, text: await answer.text() };
}

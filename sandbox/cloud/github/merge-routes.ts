import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import { actionsAppId } from "./actions-app.ts";
import type { GithubCloud } from "./cloud.ts";
import { now, repositoryOf } from "./cloud.ts";
import { latestChecks } from "./check-routes.ts";
import { commitName } from "./commit-name.ts";
import { latestByContext, statusesOf } from "./commit-statuses.ts";
import {
  activeRules,
  describeViolations,
  refActor,
  violationsOf,
  type RefActor,
  type RequiredCheck,
} from "./enforced-rules.ts";
import { GithubError, readBody } from "./errors.ts";
import { comesAfter } from "./git-routes.ts";
import { changeIssue, headOf, requireIssue } from "./issues.ts";
import { requirePullRequest } from "./pull-request-routes.ts";
import type { Commit, Repository } from "./state.ts";

const mergeBody = z.strictObject({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z
    .literal("merge", "is left out by the sandbox, which merges by a merge commit only")
    .optional(),
});

/**
 * The merge of a pull request, by a merge commit. Between two branches that both changed files since they parted, the sandbox
 * has no merge, as it has no files: it answers as GitHub does for a conflict.
 */
export function mergeRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.put("/repos/:owner/:repo/pulls/:number/merge", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requirePullRequest(requireIssue(repository, c));
    const body = await readBody(c, mergeBody);
    const { pullRequest, number, title } = issue;
    const head = headOf(repository, issue, pullRequest);
    const ref = `refs/heads/${pullRequest.base}`;
    const base = repository.refs[ref];
    if (issue.state === "closed" || pullRequest.isDraft || base === undefined)
      throw new GithubError(405, "Pull Request is not mergeable");
    if (body.sha !== undefined && body.sha !== head)
      throw new GithubError(409, "Head branch was modified. Review and try the merge again.");
    const actor = refActor(cloud.context, c);
    const violations = [
      ...violationsOf(repository, ref, "merge", actor),
      ...unmet(cloud, repository, ref, head, actor),
    ];
    // With status 405: akuity/kargo#6397.
    if (violations.length > 0) throw new GithubError(405, describeViolations([...new Set(violations)]));
    const tree = mergedTree(repository, base, head);
    if (tree === undefined) throw new GithubError(405, "Pull Request is not mergeable");
    const person = { name: "sandbox", email: "sandbox@localhost", date: now() };
    const subject =
      body.commit_title ??
      `Merge pull request #${String(number)} from ${repository.owner}/${pullRequest.head}`;
    const message = `${subject}\n\n${body.commit_message ?? title}`;
    const parents = [base, head];
    const commit: Commit = { message, tree, parents, author: person, committer: person, isPushed: true };
    const sha = commitName(commit);
    repository.commits[sha] = commit;
    repository.refs[ref] = sha;
    changeIssue(repository, issue, { state: "closed" });
    pullRequest.merge = { sha, at: now() };
    await cloud.store.commit();
    const answer: components["schemas"]["pull-request-merge-result"] = {
      sha,
      merged: true,
      message: "Pull Request successfully merged",
    };
    return c.json(answer);
  });
  return routes;
}

/** What the rules of the target require of a pull request and this one does not have. There are no reviews here. */
function unmet(
  cloud: GithubCloud,
  repository: Repository,
  ref: string,
  head: string,
  actor: RefActor,
): readonly string[] {
  return activeRules(repository, ref, { actor, act: "merge" }).flatMap(({ type, parameters = {} }) => {
    const {
      required_approving_review_count: approvals = 0,
      allowed_merge_methods: methods = ["merge"],
      required_status_checks: checks = [],
      strict_required_status_checks_policy: isStrict = false,
    } = parameters;
    if (type === "pull_request")
      return [
        ...(approvals > 0
          ? [`At least ${String(approvals)} approving review is required by reviewers with write access.`]
          : []),
        ...(methods.includes("merge") ? [] : ["Merge commits are not allowed on this repository."]),
      ];
    if (type === "required_linear_history") return ["This branch must not contain merge commits."];
    if (type !== "required_status_checks") return [];
    const isBehind = isStrict && !comesAfter(repository, repository.refs[ref] ?? "", head);
    return [
      ...(isBehind ? ["The head branch is not up to date with the base branch."] : []),
      ...checks
        .filter((check) => !isGreen(cloud, repository, head, check))
        .map(({ context }) => `Required status check "${context}" is expected.`),
    ];
  });
}

/** A check that names its app counts as a check run of that app alone; here all are of GitHub Actions. */
function isGreen(
  cloud: GithubCloud,
  repository: Repository,
  sha: string,
  { context, integration_id: app }: RequiredCheck,
): boolean {
  const checks = latestChecks(cloud, repository, sha).filter(
    ({ name }) => name === context && (app === undefined || app === actionsAppId),
  );
  const statuses = latestByContext(statusesOf(cloud, repository, sha)).filter(
    (each) => app === undefined && each.context === context,
  );
  return (
    checks.length + statuses.length > 0 &&
    checks.every(({ conclusion }) => conclusion === "success") &&
    statuses.every(({ state }) => state === "success")
  );
}

/** The tree of the merge: that of the head where the base has the files of a commit that the head comes after. */
function mergedTree(repository: Repository, base: string, head: string): string | undefined {
  const { commits } = repository;
  const tree = commits[head]?.tree;
  if (comesAfter(repository, base, head)) return tree;
  const isOfHead = (sha: string): boolean =>
    commits[sha]?.tree === commits[base]?.tree && comesAfter(repository, sha, head);
  return commits[base]?.parents.some(isOfHead) === true ? tree : undefined;
}

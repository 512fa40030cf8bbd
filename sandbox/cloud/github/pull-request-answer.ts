import type { components } from "@octokit/openapi-types";
import { createHash } from "node:crypto";
import type { Addresses } from "./addresses.ts";
import { answerUser, nodeId, tokenUser } from "./addresses.ts";
import { commitOf } from "./cloud.ts";
import { headOf } from "./issues.ts";
import type { PullRequestIssue } from "./pull-request-routes.ts";
import { answerRepository } from "./repository-answer.ts";
import type { Repository } from "./state.ts";

type Schemas = components["schemas"];

/** A pull request as a list has it. */
export function answerSimplePullRequest(
  addresses: Addresses,
  repository: Repository,
  issue: PullRequestIssue,
) {
  const { api, html, repository: base } = addresses;
  const { number, pullRequest } = issue;
  const url = `${base}/pulls/${number}`;
  const asIssue = `${base}/issues/${number}`;
  const page = `${addresses.repositoryHtml}/pull/${number}`;
  const headSha = headOf(repository, issue, pullRequest);
  const owner = answerUser(api, html, repository.owner, 2);
  const {
    subscribers_count: _subscribers,
    network_count: _network,
    ...ofRepository
  } = answerRepository(addresses, repository);
  const side = (ref: string, sha: string) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: owner,
    repo: { ...ofRepository, has_downloads: false },
  });
  const places = {
    comments: `${asIssue}/comments`,
    commits: `${url}/commits`,
    review_comment: `${base}/pulls/comments{/number}`,
    review_comments: `${url}/comments`,
    statuses: `${base}/statuses/${headSha}`,
  };
  return {
    url,
    id: issue.id,
    node_id: nodeId("PullRequest", issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: asIssue,
    comments_url: places.comments,
    commits_url: places.commits,
    review_comment_url: places.review_comment,
    review_comments_url: places.review_comments,
    statuses_url: places.statuses,
    number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: tokenUser(addresses),
    body: issue.body,
    labels: issue.labels.map((name) => answerLabel(base, name)),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pullRequest.merge?.at ?? null,
    merge_commit_sha: pullRequest.merge?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pullRequest.head, headSha),
    base: side(pullRequest.base, commitOf(repository, pullRequest.base)),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: asIssue },
      comments: { href: places.comments },
      commits: { href: places.commits },
      review_comment: { href: places.review_comment },
      review_comments: { href: places.review_comments },
      statuses: { href: places.statuses },
    },
    author_association: "OWNER",
    auto_merge: null,
    draft: pullRequest.isDraft,
  } satisfies Schemas["pull-request-simple"];
}

/** A pull request alone. Whether it can be merged is not known here, as at GitHub in the first moments. */
export function answerPullRequest(
  addresses: Addresses,
  repository: Repository,
  issue: PullRequestIssue,
): Schemas["pull-request"] {
  const isMerged = issue.pullRequest.merge !== undefined;
  return {
    ...answerSimplePullRequest(addresses, repository, issue),
    merged: isMerged,
    mergeable: null,
    rebaseable: null,
    mergeable_state: "unknown",
    merged_by: isMerged ? tokenUser(addresses) : null,
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}

export function answerLabel(repository: string, name: string) {
  const id = createHash("sha1").update(name).digest().readUInt32BE();
  return {
    id,
    node_id: nodeId("Label", id),
    url: `${repository}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

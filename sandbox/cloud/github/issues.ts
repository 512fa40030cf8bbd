import type { Context } from "hono";
import { commitOf, nextId, now, type GithubCloud } from "./cloud.ts";
import { notFound } from "./errors.ts";
import type { Issue, PullRequest, Repository } from "./state.ts";

/** What an issue and a pull request are made of alike. */
export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: string[];
  readonly pullRequest?: PullRequest;
}

/** Adds an issue, or a pull request, under the next number of both. */
export function addIssue({ store }: GithubCloud, { issues }: Repository, content: NewIssue): Issue {
  const at = now();
  const issue: Issue = {
    id: nextId(store.state),
    number: issues.length + 1,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    state: "open",
    comments: [],
    ...content,
  };
  issues.push(issue);
  return issue;
}

/** The issue that the path names; a pull request is one as well. */
export function requireIssue({ issues }: Repository, c: Context): Issue {
  const issue = issues[Number(c.req.param("number")) - 1];
  if (!issue) throw notFound();
  return issue;
}

export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: Issue["state"] | undefined;
}

/** Changes what issues and pull requests have in common. */
export function changeIssue(repository: Repository, issue: Issue, change: IssueChange): void {
  if (issue.pullRequest) issue.pullRequest.headSha = headOf(repository, issue, issue.pullRequest);
  issue.title = change.title ?? issue.title;
  if (change.body !== undefined) issue.body = change.body;
  issue.state = change.state ?? issue.state;
  issue.updatedAt = now();
  issue.closedAt = issue.state === "closed" ? (issue.closedAt ?? issue.updatedAt) : null;
}

/** The head's commit: an open request follows its branch while that is there. */
export function headOf(repository: Repository, issue: Issue, { head, headSha }: PullRequest): string {
  const isThere = `refs/heads/${head}` in repository.refs;
  return issue.state === "open" && isThere ? commitOf(repository, `heads/${head}`) : headSha;
}

import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import type { Issue, IssueComment, Repository } from "./state.ts";

const issueBody = z.strictObject({
  title: z.string().min(1),
  body: z.string().nullable().optional(),
  labels: z.array(z.string()).optional(),
});
const issueChange = issueBody.partial().extend({
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).nullable().optional(),
});
const commentBody = z.strictObject({ body: z.string().min(1) });

export function issueRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/issues";

  const requireIssue = (repository: Repository, c: Context): Issue => {
    const issue = repository.issues[Number(c.req.param("number")) - 1];
    if (!issue) throw notFound();
    return issue;
  };

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { title, body, labels } = await readBody(c, issueBody);
    const at = now();
    const issue: Issue = {
      id: nextId(store.state),
      number: repository.issues.length + 1,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      title,
      body: body ?? null,
      state: "open",
      labels: labels ?? [],
      comments: [],
    };
    repository.issues.push(issue);
    await store.commit();
    return c.json(answerIssue(addressesFor(cloud, c, repository), issue), 201);
  });

  routes.get(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const state = c.req.query("state") ?? "open";
    const labels = c.req.query("labels")?.split(",") ?? [];
    const matching = repository.issues
      .filter((issue) => state === "all" || issue.state === state)
      .filter((issue) => labels.every((label) => issue.labels.includes(label)))
      .reverse();
    return c.json(paginate(cloud, c, matching).map((issue) => answerIssue(addresses, issue)));
  });

  routes.get(`${path}/:number`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    return c.json(answerIssue(addressesFor(cloud, c, repository), requireIssue(repository, c)));
  });

  routes.patch(`${path}/:number`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requireIssue(repository, c);
    const change = await readBody(c, issueChange);
    issue.title = change.title ?? issue.title;
    if (change.body !== undefined) issue.body = change.body;
    issue.labels = change.labels ?? issue.labels;
    issue.state = change.state ?? issue.state;
    issue.updatedAt = now();
    issue.closedAt = issue.state === "closed" ? (issue.closedAt ?? issue.updatedAt) : null;
    await store.commit();
    return c.json(answerIssue(addressesFor(cloud, c, repository), issue));
  });

  routes.post(`${path}/:number/comments`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requireIssue(repository, c);
    const { body } = await readBody(c, commentBody);
    const comment: IssueComment = { id: nextId(store.state), body, createdAt: now() };
    issue.comments.push(comment);
    issue.updatedAt = comment.createdAt;
    await store.commit();
    return c.json(answerComment(addressesFor(cloud, c, repository), issue, comment), 201);
  });

  routes.get(`${path}/:number/comments`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requireIssue(repository, c);
    const addresses = addressesFor(cloud, c, repository);
    return c.json(
      paginate(cloud, c, issue.comments).map((comment) => answerComment(addresses, issue, comment)),
    );
  });

  return routes;
}

function answerIssue(addresses: Addresses, issue: Issue): components["schemas"]["issue"] {
  const url = `${addresses.repository}/issues/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: addresses.repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${addresses.repositoryHtml}/issues/${issue.number}`,
    number: issue.number,
    state: issue.state,
    state_reason: issue.state === "closed" ? "completed" : null,
    title: issue.title,
    body: issue.body,
    user: tokenUser(addresses),
    labels: issue.labels.map((name) => ({ name })),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: "OWNER",
  };
}

function answerComment(
  addresses: Addresses,
  issue: Issue,
  comment: IssueComment,
): components["schemas"]["issue-comment"] {
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url: `${addresses.repository}/issues/comments/${comment.id}`,
    html_url: `${addresses.repositoryHtml}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${addresses.repository}/issues/${issue.number}`,
    body: comment.body,
    user: tokenUser(addresses),
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    author_association: "OWNER",
  };
}

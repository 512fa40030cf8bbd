import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { readBody } from "./errors.ts";
import { addIssue, changeIssue, requireIssue } from "./issues.ts";
import { paginate } from "./pagination.ts";
import { answerLabel } from "./pull-request-answer.ts";
import type { Issue } from "./state.ts";

const issueBody = z.strictObject({
  title: z.string().min(1),
  body: z.string().nullable().optional(),
  labels: z.array(z.string()).optional(),
});
const issueChange = issueBody.partial().extend({
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).nullable().optional(),
});

/** Issues; every pull request is one as well. */
export function issueRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/issues";

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { title, body, labels } = await readBody(c, issueBody);
    const issue = addIssue(cloud, repository, { title, body: body ?? null, labels: labels ?? [] });
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
    changeIssue(repository, issue, change);
    issue.labels = change.labels ?? issue.labels;
    await store.commit();
    return c.json(answerIssue(addressesFor(cloud, c, repository), issue));
  });

  return routes;
}

function answerIssue(addresses: Addresses, issue: Issue): components["schemas"]["issue"] {
  const url = `${addresses.repository}/issues/${issue.number}`;
  const page = `${addresses.repositoryHtml}/${issue.pullRequest ? "pull" : "issues"}/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: addresses.repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: issue.state === "closed" ? "completed" : null,
    title: issue.title,
    body: issue.body,
    user: tokenUser(addresses),
    labels: issue.labels.map((name) => answerLabel(addresses.repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: "OWNER",
    closed_by: issue.state === "closed" ? tokenUser(addresses) : null,
    performed_via_github_app: null,
    ...(issue.pullRequest
      ? {
          draft: issue.pullRequest.isDraft,
          pull_request: {
            url: `${addresses.repository}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: null,
          },
        }
      : {}),
  };
}

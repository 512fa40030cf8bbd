import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { invalid, notFound, readBody } from "./errors.ts";
import { requireIssue } from "./issues.ts";
import { paginate } from "./pagination.ts";
import type { Issue, IssueComment, Repository } from "./state.ts";

const commentBody = z.strictObject({ body: z.string().min(1) });
/** The vendor's limit, in characters. */
const longest = 65_536;

/** Comments on issues and on pull requests. */
export function issueCommentRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/issues";

  const readComment = async (c: Context): Promise<string> => {
    const { body } = await readBody(c, commentBody);
    if (body.length <= longest) return body;
    const message = `Body is too long (maximum is ${longest} characters)`;
    throw invalid({ resource: "IssueComment", code: "unprocessable", field: "data", message });
  };
  const requireComment = ({ issues }: Repository, c: Context): { issue: Issue; comment: IssueComment } => {
    for (const issue of issues)
      for (const comment of issue.comments)
        if (String(comment.id) === c.req.param("comment")) return { issue, comment };
    throw notFound();
  };

  routes.post(`${path}/:number/comments`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requireIssue(repository, c);
    const body = await readComment(c);
    const at = now();
    const comment: IssueComment = { id: nextId(store.state), body, createdAt: at, updatedAt: at };
    issue.comments.push(comment);
    issue.updatedAt = at;
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
  routes.get(`${path}/comments/:comment`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { issue, comment } = requireComment(repository, c);
    return c.json(answerComment(addressesFor(cloud, c, repository), issue, comment));
  });
  routes.patch(`${path}/comments/:comment`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { issue, comment } = requireComment(repository, c);
    comment.body = await readComment(c);
    comment.updatedAt = now();
    await store.commit();
    return c.json(answerComment(addressesFor(cloud, c, repository), issue, comment));
  });
  routes.delete(`${path}/comments/:comment`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { issue, comment } = requireComment(repository, c);
    issue.comments = issue.comments.filter((each) => each !== comment);
    await store.commit();
    return c.body(null, 204);
  });

  return routes;
}

const noReactions = { "+1": 0, "-1": 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };

function answerComment(
  addresses: Addresses,
  issue: Issue,
  comment: IssueComment,
): components["schemas"]["issue-comment"] {
  const url = `${addresses.repository}/issues/comments/${comment.id}`;
  const page = `${addresses.repositoryHtml}/${issue.pullRequest ? "pull" : "issues"}/${issue.number}`;
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${addresses.repository}/issues/${issue.number}`,
    body: comment.body,
    user: tokenUser(addresses),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt ?? comment.createdAt,
    author_association: "OWNER",
    reactions: { url: `${url}/reactions`, total_count: 0, ...noReactions },
    performed_via_github_app: null,
  };
}

import { Hono } from "hono";
import { z } from "zod";
import { addressesFor } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { commitOf, repositoryOf } from "./cloud.ts";
import { invalid, notFound, readBody } from "./errors.ts";
import { addIssue, changeIssue, requireIssue } from "./issues.ts";
import { paginate } from "./pagination.ts";
import { answerPullRequest, answerSimplePullRequest } from "./pull-request-answer.ts";
import type { Issue, PullRequest, Repository } from "./state.ts";

const pullRequestBody = z.strictObject({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullable().optional(),
  draft: z.boolean().optional(),
});
const pullRequestChange = z.strictObject({
  title: z.string().min(1).optional(),
  body: z.string().nullable().optional(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().min(1).optional(),
});

/** An issue that is a pull request. */
export type PullRequestIssue = Issue & { readonly pullRequest: PullRequest };

/** Pull requests between branches of the repository; their merge: merge-routes.ts. */
export function pullRequestRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/pulls";

  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { title, head: given, base, body, draft } = await readBody(c, pullRequestBody);
    const head = branchOf(repository, given);
    holdApart(repository, head, base);
    const pullRequest = { head, base, isDraft: draft ?? false, headSha: commitOf(repository, head) };
    const issue = addIssue(cloud, repository, { title, body: body ?? null, labels: [], pullRequest });
    await store.commit();
    const addresses = addressesFor(cloud, c, repository);
    return c.json(answerPullRequest(addresses, repository, requirePullRequest(issue)), 201);
  });

  routes.get(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const { state = "open", head, base, direction = "desc" } = c.req.query();
    const matching = repository.issues
      .filter(isPullRequest)
      .filter((issue) => state === "all" || issue.state === state)
      .filter(({ pullRequest }) => base === undefined || pullRequest.base === base)
      // As GitHub has it: `owner:branch`, and anything else filters nothing.
      .filter(
        ({ pullRequest }) =>
          !head?.includes(":") ||
          head.toLowerCase() === `${repository.owner}:${pullRequest.head}`.toLowerCase(),
      );
    if (direction === "desc") matching.reverse();
    const page = paginate(cloud, c, matching);
    return c.json(page.map((issue) => answerSimplePullRequest(addresses, repository, issue)));
  });

  routes.get(`${path}/:number`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requirePullRequest(requireIssue(repository, c));
    return c.json(answerPullRequest(addressesFor(cloud, c, repository), repository, issue));
  });

  routes.patch(`${path}/:number`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const issue = requirePullRequest(requireIssue(repository, c));
    const { base, ...change } = await readBody(c, pullRequestChange);
    const isReopened = change.state === "open" && issue.state === "closed";
    if (isReopened || base !== undefined)
      holdApart(repository, issue.pullRequest.head, base ?? issue.pullRequest.base, issue);
    changeIssue(repository, issue, change);
    issue.pullRequest.base = base ?? issue.pullRequest.base;
    await store.commit();
    return c.json(answerPullRequest(addressesFor(cloud, c, repository), repository, issue));
  });

  return routes;
}

/** The pull request that an issue is; 404 for another issue. */
export function requirePullRequest(issue: Issue): PullRequestIssue {
  if (!isPullRequest(issue)) throw notFound();
  return issue;
}

const isPullRequest = (issue: Issue): issue is PullRequestIssue => issue.pullRequest !== undefined;

/** The branch of `branch` and `owner:branch`; that of a fork is refused. */
function branchOf({ owner }: Repository, head: string): string {
  const [first = "", ...rest] = head.split(":");
  if (rest.length === 0) return first;
  if (first.toLowerCase() === owner.toLowerCase()) return rest.join(":");
  throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
}

/** Refuses a request between a branch and itself, and a second one between the same two. */
function holdApart(repository: Repository, head: string, base: string, itself?: Issue): void {
  const refuse = (message: string): never => {
    throw invalid({ resource: "PullRequest", code: "custom", message });
  };
  if (head === base) refuse(`No commits between ${base} and ${head}`);
  const isSame = ({ pullRequest }: PullRequestIssue): boolean =>
    pullRequest.head === head && pullRequest.base === base;
  const open = repository.issues.filter((each) => each.state === "open" && each !== itself);
  if (open.filter(isPullRequest).some(isSame))
    refuse(`A pull request already exists for ${repository.owner}:${head}.`);
}

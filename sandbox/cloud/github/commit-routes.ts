import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId, tokenUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { latestChecks } from "./check-routes.ts";
import { commitOf, nextId, now, repositoryOf } from "./cloud.ts";
import {
  ciCheck,
  ciContext,
  combine,
  isCiStatus,
  latestByContext,
  runsOf,
  statusesOf,
} from "./commit-statuses.ts";
import { GithubError, invalid, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { actorOf, answerActor } from "./people.ts";
import { answerRepository } from "./repository-answer.ts";
import type { CommitStatus, Repository } from "./state.ts";

const statusBody = z.strictObject({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
  context: z.string().optional(),
});
const ciBody = z.strictObject({
  state: z.enum(["success", "failure", "pending", "none"]),
  description: z.string().optional(),
  /** Names one run of the workflow of several for the commit, each of which has a check suite of its own. */
  run: z.string().min(1).optional(),
  /** What started the run: the push of this branch, or another event on it. */
  branch: z.string().min(1).optional(),
  event: z.string().min(1).optional(),
});
/** The vendor's limit for one commit and context. */
const statusLimit = 1000;

/** Statuses of commits. */
export function commitRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();

  routes.post("/repos/:owner/:repo/statuses/:sha", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const sha = c.req.param("sha");
    if (!/^[0-9a-f]{40}$/.test(sha)) throw new GithubError(422, `No commit found for SHA: ${sha}`);
    const body = await readBody(c, statusBody);
    const context = body.context ?? "default";
    const ofContext = repository.statuses.filter((each) => each.sha === sha && each.context === context);
    if (ofContext.length >= statusLimit)
      throw invalid({
        resource: "Status",
        code: "custom",
        message: "This SHA and context has reached the maximum number of statuses.",
      });
    const status: CommitStatus = {
      id: nextId(store.state),
      sha,
      state: body.state,
      context,
      description: body.description ?? null,
      targetUrl: body.target_url ?? null,
      createdAt: now(),
      creator: actorOf(cloud.context, c),
    };
    repository.statuses.push(status);
    await store.commit();
    return c.json(answerStatus(addressesFor(cloud, c, repository), status), 201);
  });

  for (const path of [
    "/repos/:owner/:repo/commits/:ref/statuses",
    "/repos/:owner/:repo/statuses/:ref",
  ] as const)
    routes.get(path, async (c) => {
      const repository = await repositoryOf(cloud, c);
      const addresses = addressesFor(cloud, c, repository);
      const page = paginate(
        cloud,
        c,
        statusesOf(cloud, repository, commitOf(repository, c.req.param("ref"))),
      );
      return c.json(page.map((status) => answerStatus(addresses, status)));
    });

  routes.get("/repos/:owner/:repo/commits/:ref/status", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const sha = commitOf(repository, c.req.param("ref"));
    const latest = latestByContext(statusesOf(cloud, repository, sha));
    const answer: components["schemas"]["combined-commit-status"] = {
      state: combine(latest),
      statuses: paginate(cloud, c, latest).map((status) => answerSimpleStatus(addresses, status)),
      sha,
      total_count: latest.length,
      repository: answerRepository(addresses, repository),
      commit_url: `${addresses.repository}/commits/${sha}`,
      url: `${addresses.repository}/commits/${sha}/status`,
    };
    return c.json(answer);
  });

  return routes;
}

/** What only the sandbox has: `bin/sandbox ci` sets here how CI of a commit ended. */
export function ciRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  // Whatever rights the account's token has: GitHub's own calls may be refused to it.
  routes.get("/_sandbox/ci/:owner/:repo/:sha", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const sha = commitOf(repository, c.req.param("sha"));
    const job = latestChecks(cloud, repository, sha).find(({ name }) => name === ciContext);
    const status = statusesOf(cloud, repository, sha).find(({ context }) => context === ciContext);
    const found = job
      ? { state: job.conclusion ?? job.status, description: job.title }
      : { state: status?.state ?? "none", description: status?.description ?? null };
    return c.json({ sha, ...found });
  });
  routes.put("/_sandbox/ci/:owner/:repo/:sha", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const sha = commitOf(repository, c.req.param("sha"));
    const { state, description: text = `set to ${state}`, ...given } = await readBody(c, ciBody);
    const description = `sandbox: ${text}`;
    if (state === "none") dropCi(repository, sha);
    else {
      const reported = { id: nextId(store.state), sha, state, description, createdAt: now() };
      if (isCiStatus(cloud)) repository.statuses.push({ ...reported, context: ciContext, targetUrl: null });
      else {
        const { run: suite, branch = "main", event = "push" } = given;
        const runs = suite === undefined ? runsOf(repository, sha) : [{ suite, branch, event }];
        for (const run of runs)
          repository.checkRuns.push(ciCheck({ ...reported, ...run, id: nextId(store.state) }));
      }
    }
    await store.commit();
    return c.json({ sha, state });
  });
  return routes;
}

function dropCi(repository: Repository, sha: string): void {
  const kept = repository.statuses.filter((each) => each.sha !== sha || each.context !== ciContext);
  repository.statuses.splice(0, repository.statuses.length, ...kept);
  repository.checkRuns = repository.checkRuns.filter((run) => run.sha !== sha || run.suite === undefined);
  if (!repository.commitsWithoutCi.includes(sha)) repository.commitsWithoutCi.push(sha);
}

function answerSimpleStatus(
  addresses: Addresses,
  status: CommitStatus,
): components["schemas"]["simple-commit-status"] {
  return {
    url: `${addresses.repository}/statuses/${status.sha}`,
    avatar_url: tokenUser(addresses).avatar_url,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

function answerStatus(addresses: Addresses, status: CommitStatus): components["schemas"]["status"] {
  const creator =
    status.creator === undefined ? tokenUser(addresses) : answerActor(addresses, status.creator);
  return { ...answerSimpleStatus(addresses, status), creator };
}

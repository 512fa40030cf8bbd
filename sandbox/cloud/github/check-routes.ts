import { createHash } from "node:crypto";
import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import { actionsApp } from "./actions-app.ts";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { commitOf, nextId, now, repositoryOf } from "./cloud.ts";
import { ciChecksOf } from "./commit-statuses.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { permissionsOf } from "./job-tokens.ts";
import { paginate } from "./pagination.ts";
import { checkConclusions, type CheckRun, type CommitState, type Repository } from "./state.ts";
import { tokenOf } from "./token-kinds.ts";

const output = z.strictObject({
  title: z.string().optional(),
  summary: z.string().optional(),
  text: z.string().optional(),
});
const checkChange = z.strictObject({
  name: z.string().min(1).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.string().optional(),
  conclusion: z.enum(checkConclusions).optional(),
  completed_at: z.string().optional(),
  output: output.optional(),
});
const checkBody = checkChange.extend({
  name: z.string().min(1),
  head_sha: z.string().regex(/^[0-9a-f]{40}$/, "is not a commit"),
});

/**
 * Check runs of commits. Only an app may write them: here that is the token of a workflow's job, which is of the Actions app.
 * Annotations, images, actions and suites are left out.
 */
export function checkRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();

  const runOf = (repository: Repository, c: Context): CheckRun => {
    const found = repository.checkRuns.find(({ id }) => String(id) === c.req.param("run"));
    if (!found) throw notFound();
    return found;
  };

  routes.get("/repos/:owner/:repo/commits/:ref/check-runs", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    const sha = commitOf(repository, c.req.param("ref"));
    const { check_name: name, status, filter = "latest" } = c.req.query();
    const all = checksOf(cloud, repository, sha).reverse();
    const runs = (filter === "latest" ? latestChecks(cloud, repository, sha) : all)
      .filter((run) => name === undefined || run.name === name)
      .filter((run) => status === undefined || run.status === status);
    const page = paginate(cloud, c, runs).map((run) => answerCheck(addresses, run));
    return c.json({ total_count: runs.length, check_runs: page });
  });
  routes.post("/repos/:owner/:repo/check-runs", async (c) => {
    const repository = await repositoryOf(cloud, c);
    requireApp(cloud, c);
    const body = await readBody(c, checkBody);
    // hub4j/github-api, GHCheckRunBuilderTest, createCheckRunErrMissingConclusion
    if (body.status === "completed" && body.conclusion === undefined)
      throw new GithubError(422, `Invalid request.\n\n"conclusion" wasn't supplied.`);
    const run: CheckRun = {
      id: nextId(store.state),
      sha: body.head_sha,
      name: body.name,
      status: "queued",
      conclusion: null,
      startedAt: now(),
      completedAt: null,
      detailsUrl: null,
      externalId: null,
      title: null,
      summary: null,
      text: null,
    };
    change(run, body);
    repository.checkRuns.push(run);
    await store.commit();
    return c.json(answerCheck(addressesFor(cloud, c, repository), run), 201);
  });
  routes.get("/repos/:owner/:repo/check-runs/:run", async (c) => {
    const repository = await repositoryOf(cloud, c);
    return c.json(answerCheck(addressesFor(cloud, c, repository), runOf(repository, c)));
  });
  routes.patch("/repos/:owner/:repo/check-runs/:run", async (c) => {
    const repository = await repositoryOf(cloud, c);
    requireApp(cloud, c);
    const run = runOf(repository, c);
    change(run, await readBody(c, checkChange));
    await store.commit();
    return c.json(answerCheck(addressesFor(cloud, c, repository), run));
  });
  return routes;
}

/** As users of personal tokens saw it (EnricoMi/publish-unit-test-result-action#31, actions/github-script#118). */
function requireApp({ context }: GithubCloud, c: Context): void {
  if (permissionsOf(context, tokenOf(c)) === undefined)
    throw new GithubError(403, "You must authenticate via a GitHub App.");
}

/** A conclusion completes the run, as at the vendor. */
function change(run: CheckRun, body: z.output<typeof checkChange>): void {
  run.name = body.name ?? run.name;
  run.status = body.conclusion ? "completed" : (body.status ?? run.status);
  run.conclusion = body.conclusion ?? (run.status === "completed" ? run.conclusion : null);
  run.startedAt = body.started_at ?? run.startedAt;
  if (run.status === "completed") run.completedAt = body.completed_at ?? run.completedAt ?? now();
  run.detailsUrl = body.details_url ?? run.detailsUrl;
  run.externalId = body.external_id ?? run.externalId;
  run.title = body.output?.title ?? run.title;
  run.summary = body.output?.summary ?? run.summary;
  run.text = body.output?.text ?? run.text;
}

/** All runs of a commit, oldest first. */
function checksOf(cloud: GithubCloud, repository: Repository, sha: string): CheckRun[] {
  return [...ciChecksOf(cloud, repository, sha), ...repository.checkRuns.filter((run) => run.sha === sha)];
}

/**
 * The newest run of each name in each suite, newest first. A workflow that ran twice for a commit has two, and the one that
 * was cancelled stays next to the green one (databricks/cli#5566, gitbutlerapp/gitbutler#14158).
 */
export function latestChecks(cloud: GithubCloud, repository: Repository, sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of checksOf(cloud, repository, sha)) {
    const key = `${run.suite ?? ""}\n${run.name}`;
    // To the end, where the newest is.
    latest.delete(key);
    latest.set(key, run);
  }
  return [...latest.values()].reverse();
}

/** The number of what a commit has: its suite, or the one of a workflow's run, and the run itself. */
const numberOf = (what: string, sha: string, suite = ""): number =>
  createHash("sha1").update(`${what} of ${sha}${suite}`).digest().readUInt32BE();
/** The suite that the runs of a commit are in, or those of one run of a workflow. */
export const suiteOf = (sha: string, suite?: string): number => numberOf("suite", sha, suite);
/** The run of a workflow whose jobs the runs of a suite are. */
export const runIdOf = (sha: string, suite?: string): number => numberOf("run", sha, suite);

/** What a run means for those who ask whether a commit is green. */
export function stateOf({ status, conclusion }: CheckRun): CommitState {
  if (status !== "completed" || conclusion === null) return "pending";
  return ["success", "neutral", "skipped"].includes(conclusion) ? "success" : "failure";
}

/** Every real answer has the suite, the app and both texts (PyGithub, CheckRun recordings). */
function answerCheck(addresses: Addresses, run: CheckRun): components["schemas"]["check-run"] {
  const { repository, repositoryHtml } = addresses;
  // As GitHub links the job of a workflow (PyGithub, CheckRun recordings).
  const page =
    run.suite === undefined
      ? `${repositoryHtml}/runs/${String(run.id)}`
      : `${repositoryHtml}/actions/runs/${String(runIdOf(run.sha, run.suite))}/job/${String(run.id)}`;
  const url = `${repository}/check-runs/${String(run.id)}`;
  return {
    id: run.id,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.sha,
    name: run.name,
    external_id: run.externalId ?? "",
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: suiteOf(run.sha, run.suite) },
    app: actionsApp(addresses),
    pull_requests: [],
  };
}

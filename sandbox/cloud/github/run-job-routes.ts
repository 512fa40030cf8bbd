import { Hono } from "hono";
import { z } from "zod";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { reportedRun } from "./reported-run-routes.ts";
import type { RunJob } from "./run-jobs.ts";
import type { Repository, WorkflowRun } from "./state.ts";

const dispatchBody = z.strictObject({
  ref: z.string().min(1),
  inputs: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).default({}),
});
const jobBody = z.strictObject({
  /** What `runs-on` names. */
  labels: z.array(z.string()),
  conclusion: z.enum(["success", "failure", "cancelled", "skipped"]).optional(),
});

/** A run is cancelled, and a workflow is started manually: which the sandbox's runner of workflows, or a test, then runs. */
export function runJobRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const actions = "/repos/:owner/:repo/actions";
  routes.post(`${actions}/runs/:run/cancel`, async (c) => {
    const run = reportedRun(await repositoryOf(cloud, c), c.req.param("run"));
    if (run.conclusion !== null)
      throw new GithubError(409, "Cannot cancel a workflow run that is completed.");
    run.isCancelled = true;
    for (const job of run.jobs ?? []) if (job.status === "queued") end(job, "cancelled");
    await store.commit();
    return c.json({}, 202);
  });
  routes.post(`${actions}/workflows/:workflow/dispatches`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { ref, inputs } = await readBody(c, dispatchBody);
    repository.dispatches = [
      ...(repository.dispatches ?? []),
      { workflow: c.req.param("workflow"), ref, inputs },
    ];
    await store.commit();
    return c.body(null, 204);
  });
  return routes;
}

/**
 * What only the sandbox has: a job asks for a runner and reports how it ended, and what was started manually. GitHub gives a job to an
 * online and idle runner that has every label, and leaves it in line until there is one.
 */
export function runJobControl(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  routes.put("/_sandbox/runs/:owner/:repo/:run/jobs/:job", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const run = reportedRun(repository, c.req.param("run"));
    const { labels, conclusion } = await readBody(c, jobBody);
    run.jobs ??= [];
    const before = JSON.stringify(run.jobs);
    let job = run.jobs.find(({ name }) => name === c.req.param("job"));
    if (!job) {
      job = { id: nextId(store.state), name: c.req.param("job"), labels, status: "queued", createdAt: now() };
      run.jobs.push(job);
    }
    if (conclusion !== undefined) {
      const runner = repository.runners.find(({ name }) => name === job.runner);
      if (runner) runner.busy = false;
      if (job.status !== "completed") end(job, conclusion);
    } else if (job.status === "queued") assign(repository, run, job);
    // A job asks often, and mostly nothing is new.
    if (JSON.stringify(run.jobs) !== before) await store.commit();
    const isRunnerThere =
      job.runner === undefined ||
      repository.runners.some(({ name, status }) => name === job.runner && status === "online");
    return c.json({ ...job, isCancelled: run.isCancelled ?? false, isRunnerThere });
  });
  routes.get("/_sandbox/dispatches/:owner/:repo", async (c) => {
    const { dispatches = [] } = await repositoryOf(cloud, c);
    if (dispatches.length === 0) throw notFound();
    return c.json({ dispatches });
  });
  return routes;
}

/** Jobs of GitHub's own runners begin at once. */
function assign({ runners }: Repository, run: WorkflowRun, job: RunJob): void {
  if (run.isCancelled) {
    end(job, "cancelled");
    return;
  }
  if (job.labels.includes("self-hosted")) {
    const own = ["self-hosted", "Linux", "X64"];
    const found = runners.find(
      ({ status, busy, takes = true, labels }) =>
        status === "online" &&
        !busy &&
        takes &&
        job.labels.every((label) => [...own, ...labels].includes(label)),
    );
    if (!found) return;
    found.busy = true;
    job.runner = found.name;
  }
  job.status = "in_progress";
  job.startedAt = now();
}

function end(job: RunJob, conclusion: NonNullable<RunJob["conclusion"]>): void {
  job.status = "completed";
  job.conclusion = conclusion;
  job.completedAt = now();
}

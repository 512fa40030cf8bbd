import type { components } from "@octokit/openapi-types";
import { Hono } from "hono";
import { z } from "zod";
import type { GithubCloud } from "./cloud.ts";
import { nextId, repositoryOf } from "./cloud.ts";
import { notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import type { Runner } from "./state.ts";

const runnerBody = z.strictObject({
  status: z.enum(["online", "offline"]),
  busy: z.boolean().default(false),
  labels: z.array(z.string()).default([]),
  /** Whether it takes a job while it is online and idle. */
  takes: z.boolean().default(true),
});
/** Labels that every self-hosted runner has. */
const ownLabels = ["self-hosted", "Linux", "X64"];

/** Self-hosted runners of a repository: looked at and deleted. Tokens to register one are left out. */
export function runnerRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/actions/runners";
  routes.get(path, async (c) => {
    const name = c.req.query("name");
    const { runners } = await repositoryOf(cloud, c);
    const found = runners.filter((each) => name === undefined || each.name === name);
    return c.json({ total_count: found.length, runners: paginate(cloud, c, found).map(answerRunner) });
  });
  routes.get(`${path}/:runner`, async (c) => {
    const { runners } = await repositoryOf(cloud, c);
    const found = runners.find(({ id }) => String(id) === c.req.param("runner"));
    if (!found) throw notFound();
    return c.json(answerRunner(found));
  });
  routes.delete(`${path}/:runner`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const kept = repository.runners.filter(({ id }) => String(id) !== c.req.param("runner"));
    if (kept.length === repository.runners.length) throw notFound();
    repository.runners = kept;
    await store.commit();
    return c.body(null, 204);
  });
  return routes;
}

/** What only the sandbox has: which runners there are, and which of them are there. */
export function runnerControl(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  routes.put("/_sandbox/runners/:owner/:repo/:name", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const name = c.req.param("name");
    const body = await readBody(c, runnerBody);
    const known = repository.runners.find((each) => each.name === name);
    const runner: Runner = { id: known?.id ?? nextId(store.state), name, ...body };
    repository.runners = [...repository.runners.filter((each) => each !== known), runner];
    await store.commit();
    return c.json(answerRunner(runner));
  });
  return routes;
}

function answerRunner({ id, name, status, busy, labels }: Runner): components["schemas"]["runner"] {
  return {
    id,
    name,
    os: "linux",
    status,
    busy,
    labels: [
      ...ownLabels.map((label, at) => ({ id: at + 1, name: label, type: "read-only" as const })),
      ...labels
        .filter((label) => !ownLabels.includes(label))
        .map((label, at) => ({ id: at + 10, name: label, type: "custom" as const })),
    ],
  };
}

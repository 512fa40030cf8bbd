import { randomBytes } from "node:crypto";
import type { Ask } from "./database.ts";
import type { IsBroken } from "./faults.ts";
import type { Answer } from "./pages.ts";
import type { Worker } from "./worker.ts";

export interface ApiContext {
  readonly ask: Ask;
  readonly worker: Worker;
  readonly isBroken: IsBroken;
  /** Where the application is reached. */
  readonly origin: string;
  /** Something takes so many milliseconds. */
  readonly delay: (milliseconds: number) => void;
}

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

type Route = (context: ApiContext, id: string, body: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** By method and path; what stands for `:id` is given to the route. */
const routes: Readonly<Record<string, Route>> = {
  "GET /api/health": async ({ ask, isBroken, delay }) => {
    const [{ waiting } = { waiting: 0 }] = await ask<{ waiting: number }>(
      "SELECT count(*)::int AS waiting FROM jobs WHERE state = 'waiting'",
    );
    if (isBroken("health: in time")) delay(6_000);
    return json(200, {
      status: isBroken("health: the API") ? "degraded" : "ok",
      database: isBroken("health: the database") ? "unavailable" : "ok",
      queue: { status: isBroken("health: the queue") ? "unavailable" : "ok", waiting },
      version: isBroken("health: the version") ? "unknown" : "4.2.0",
    });
  },
  "GET /api/dashboard": async ({ ask, isBroken }) => {
    const [totals = { total: 0, delivered: 0 }] = await ask<{ total: number; delivered: number }>(
      "SELECT count(*)::int AS total, sum(delivered)::int AS delivered FROM campaigns",
    );
    const total = isBroken("dashboard: its numbers") ? 0 : totals.total;
    return json(200, {
      campaigns: { total, delivered: totals.delivered },
      since: isBroken("dashboard: its form") ? "January 2026" : "2026-01-01",
    });
  },
  "GET /api/segments": async ({ ask, isBroken }) =>
    json(200, {
      segments: isBroken("segments: the list") ? [] : await ask("SELECT * FROM segments ORDER BY id"),
    }),
  "GET /api/segments/:id": async ({ ask, isBroken }, id) => {
    const [segment] = await ask<{ members: number }>("SELECT * FROM segments WHERE id = $1", [id]);
    if (!segment) return json(404, {});
    return json(200, { ...segment, members: isBroken("segments: one") ? 0 : segment.members });
  },
  "POST /api/campaigns": async ({ ask, worker, isBroken }, _id, { name, segment }) => {
    const [campaign] = await ask<{ id: string }>(
      "INSERT INTO campaigns (name, segment) VALUES ($1, $2) RETURNING id",
      [name, segment],
    );
    const priority = isBroken("campaign: its job") ? 0 : 5;
    const [job] = await ask<{ id: string }>(
      "INSERT INTO jobs (queue, campaign, priority) VALUES ('campaigns', $1, $2) RETURNING id",
      [campaign?.id, priority],
    );
    worker.wake();
    return json(isBroken("campaign: it is accepted") ? 200 : 202, {
      campaignId: campaign?.id,
      jobId: job?.id,
    });
  },
  "GET /api/campaigns/:id": async ({ ask }, id) => {
    const [campaign] = await ask("SELECT * FROM campaigns WHERE id = $1", [id]);
    return campaign ? json(200, campaign) : json(404, {});
  },
  "DELETE /api/campaigns/:id": async ({ ask }, id) => {
    await ask("DELETE FROM campaigns WHERE id = $1", [id]);
    return { status: 204 };
  },
  "POST /api/links": async ({ ask, origin, isBroken }, _id, { target }) => {
    const id = randomBytes(4).toString("hex");
    await ask("INSERT INTO links VALUES ($1, $2)", [id, target]);
    return json(201, { shortUrl: `${isBroken("link: it is made") ? "" : origin}/l/${id}` });
  },
};

/** Without a key. */
const open = ["GET /api/health"];

export async function answerApi(
  context: ApiContext,
  { method, path, body, mayUse }: { method: string; path: string; body: string; mayUse: boolean },
): Promise<Answer> {
  const [, base = "", id = ""] = /^(\/api\/\w+)(?:\/([\w-]+))?$/.exec(path) ?? [];
  const name = `${method} ${base}${id === "" ? "" : "/:id"}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!route) return json(404, {});
  if (!mayUse && !open.includes(name)) return json(401, { error: "a key is required" });
  return route(context, id, body === "" ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>));
}

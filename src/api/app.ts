import { Hono } from "hono";
import { routePath } from "hono/route";
import type pg from "pg";
import type { Logger } from "pino";
import { schemaVersion } from "../db/schema-version.ts";
import type { WebFlags } from "../feature-flags.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { remembered, within } from "../promises.ts";
import { sourceDigest } from "../source-digest.ts";
import { requireApiKey, type KnownKey } from "./api-key.ts";
import { openApiMetrics } from "./api-metrics.ts";
import type { KeptRequests } from "./kept-requests.ts";
import type { ClientLimits } from "./client-limits.ts";
import { isDatabaseUnavailable } from "./database-unavailable.ts";
import { planRoutes } from "./plan-routes.ts";
import { answerProblem, ProblemError } from "./problem.ts";

export interface AppContext {
  readonly pool: pg.Pool;
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly knownKeys: readonly KnownKey[];
  readonly limits: ClientLimits;
  readonly flags: WebFlags;
  /** Where requests are counted for all functions together. */
  readonly kept?: KeptRequests;
}

/** A database that has not answered for so long is not healthy, in milliseconds. */
const healthLimit = 3_000;
/** For how long its answer counts, in milliseconds: the path is open, and each question would take a connection. */
const healthLasts = 2_000;

/** What each path understands; everything else there is answered 405. */
const methods = {
  "/": ["GET"],
  "/api": ["GET"],
  "/api/health": ["GET"],
  "/api/metrics": ["GET"],
  "/api/plans": ["POST"],
  "/api/plans/:id": ["GET", "DELETE"],
  "/api/plans/:id/regenerate": ["POST"],
} as const;

/** The API, the same on Node and as a function. */
export function openApp({ pool, queue, log, knownKeys, limits, flags, kept }: AppContext): Hono {
  const app = new Hono();
  const metrics = openApiMetrics();

  app.use(async (context, next) => {
    const started = performance.now();
    await next();
    const milliseconds = performance.now() - started;
    const { method } = context.req;
    // The route's pattern rather than the path: ids do not belong into names of metrics.
    const route = routePath(context, -1);
    const { status } = context.res;
    metrics.requestEnded(method, route, status, milliseconds / 1000);
    kept?.ended(method, route, status, milliseconds / 1000);
    log.info({ event: "request", method, route, status, milliseconds: Math.round(milliseconds) });
  });

  const readVersion = remembered(healthLasts, () =>
    within(healthLimit, "database", schemaVersion(pool)).catch((error: unknown) => {
      log.error({ event: "database_unavailable", error });
      return undefined;
    }),
  );
  app.get("/api/health", async (context) => {
    const version = await readVersion();
    const healthy = version !== undefined;
    return context.json(
      {
        status: healthy ? "ok" : "unavailable",
        database: healthy ? "ok" : "unavailable",
        schemaVersion: version ?? null,
        sourceDigest,
        flags,
      },
      healthy ? 200 : 503,
      { "cache-control": "no-store" },
    );
  });

  // For who opens the address itself.
  const overview = { health: "GET /api/health", plans: "POST /api/plans" };
  for (const path of ["/", "/api"]) app.get(path, (context) => context.json(overview));

  const authenticated = requireApiKey(knownKeys);
  app.use("/api/metrics", authenticated);
  app.use("/api/plans", authenticated);
  app.use("/api/plans/*", authenticated);

  app.get("/api/metrics", async (context) =>
    context.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );
  app.route("/api/plans", planRoutes({ pool, queue, flags, limits, onRequested: metrics.planRequested }));

  for (const [path, allowed] of Object.entries(methods)) {
    app.all(path, (context) =>
      answerProblem(
        context,
        { status: 405, title: `${context.req.method} is not understood here` },
        { allow: allowed.join(", ") },
      ),
    );
  }

  app.notFound((context) => answerProblem(context, { status: 404, title: "There is nothing here" }));
  app.onError((error, context) => {
    if (error instanceof ProblemError) return answerProblem(context, error.problem, error.headers);
    log.error({ event: "request_error", method: context.req.method, error });
    if (isDatabaseUnavailable(error)) {
      return answerProblem(
        context,
        { status: 503, title: "The database does not answer", detail: "Try again in a moment." },
        { "retry-after": "2" },
      );
    }
    return answerProblem(context, { status: 500, title: "Something went wrong on our side" });
  });
  return app;
}

import type { Hono } from "hono";
import type pg from "pg";
import type { Logger } from "pino";
import { openPool } from "../db/pool.ts";
import { openLog, secretsOf } from "../log.ts";
import { openJobQueue } from "../queue/job-queue.ts";
import { webSettings } from "../settings.ts";
import { openApp } from "./app.ts";
import { type KeptRequests, openKeptRequests } from "./kept-requests.ts";

/** The API with all that it stands on. */
export interface WebApp {
  readonly app: Hono;
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly kept: KeptRequests;
}

/** Opens the API from the environment. */
export function openWebApp(): WebApp {
  const settings = webSettings(process.env);
  const log = openLog("web", settings.logLevel, secretsOf(settings));
  const pool = openPool({
    databaseUrl: settings.databaseUrl,
    name: "atlaris-web",
    onIdleError: (error) => log.warn({ event: "database_connection_lost", error }),
  });
  const { knownKeys, limits, flags } = settings;
  const onError = (error: unknown): void => log.warn({ event: "requests_not_kept", error });
  const kept = openKeptRequests({ pool, onError, waitUntil });
  const app = openApp({ pool, queue: openJobQueue(pool), log, knownKeys, limits, flags, kept });
  return { app, pool, log, kept };
}

/** What Vercel gives a function of the request that it answers (vercel/vercel, packages/functions/src/wait-until.ts). */
interface RequestContext {
  readonly get?: () => { readonly waitUntil?: (work: Promise<unknown>) => void } | undefined;
}

const context = Symbol.for("@vercel/request-context");

/** Keeps the function running until the work has ended, where it would be frozen once its answer is sent. */
export function waitUntil(work: Promise<void>): void {
  const given = (globalThis as { readonly [context]?: RequestContext })[context];
  given?.get?.()?.waitUntil?.(work);
}

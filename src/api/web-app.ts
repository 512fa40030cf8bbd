import type { Hono } from "hono";
import type pg from "pg";
import type { Logger } from "pino";
import { openPool } from "../db/pool.ts";
import { openLog, secretsOf } from "../log.ts";
import { openJobQueue } from "../queue/job-queue.ts";
import { webSettings } from "../settings.ts";
import { openApp } from "./app.ts";
import { type KeptRequests, openKeptRequests } from "./kept-requests.ts";
import { waitUntil } from "./wait-until.ts";

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

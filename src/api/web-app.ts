import type { Hono } from "hono";
import type pg from "pg";
import type { Logger } from "pino";
import { openPool } from "../db/pool.ts";
import { openLog, secretsOf } from "../log.ts";
import { openJobQueue } from "../queue/job-queue.ts";
import { webSettings } from "../settings.ts";
import { openApp } from "./app.ts";

/** The API with all that it stands on. */
export interface WebApp {
  readonly app: Hono;
  readonly pool: pg.Pool;
  readonly log: Logger;
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
  return { app: openApp({ pool, queue: openJobQueue(pool), log, knownKeys, limits, flags }), pool, log };
}

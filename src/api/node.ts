import { serve } from "@hono/node-server";
import { openWebApp } from "./web-app.ts";

/** The API as an ordinary server: `npm run start:api --workspace src`. PORT is 3000 unless given, HOST is loopback. */
const { app, pool, log, kept } = openWebApp();

const server = serve(
  {
    fetch: app.fetch,
    port: Number(process.env["PORT"] ?? 3000),
    hostname: process.env["HOST"] ?? "127.0.0.1",
  },
  ({ port }) => log.info({ event: "web_start", port }),
);

const stop = (): void => {
  // Requests in flight are answered first.
  server.close(() => {
    void kept
      .flush()
      .then(() => pool.end())
      .finally(() => process.exit(0));
  });
  setTimeout(() => process.exit(1), 15_000).unref();
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

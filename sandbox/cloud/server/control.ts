import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { CloudName, Running } from "../stand-in.ts";
import type { Ports } from "./ports.ts";
import type { UnknownCall } from "./unknown-calls.ts";

/** What the server says of itself. */
export interface ServerStatus {
  /** Tells this sandbox's server from another that got its port. */
  readonly home: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  readonly clouds: readonly {
    readonly name: CloudName;
    readonly address: string;
    readonly running: readonly Running[];
  }[];
  readonly unknownCalls: readonly UnknownCall[];
}

/** The calls that `bin/sandbox` makes to the server itself. */
export function controlRoutes(
  token: string,
  ports: Ports,
  status: () => ServerStatus,
  stop: () => void,
): Hono {
  const routes = new Hono();
  const expected = Buffer.from(`Bearer ${token}`);
  routes.use("*", async (context, next) => {
    const given = Buffer.from(context.req.header("authorization") ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return context.json({ message: "this is the control address of a sandbox; its token is missing" }, 401);
    await next();
    return undefined;
  });
  routes.get("/status", (context) => context.json(status()));
  routes.put("/ports/:name", async (context) =>
    context.json({ port: await ports.named(context.req.param("name")) }),
  );
  routes.post("/stop", (context) => {
    stop();
    return context.json({}, 202);
  });
  return routes;
}

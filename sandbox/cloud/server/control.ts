import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import type { CloudName, Running } from "../emulator.ts";
import type { Ports } from "./ports.ts";
import type { CountedCall, WrongAnswer } from "../wire/answer-check.ts";
import type { NotedCall, RefusedCall } from "../wire/call-notes.ts";
import type { FaultList, Faults } from "../wire/faults.ts";
import type { CallCount, Wire } from "../wire/wire.ts";
import { accountRoutes } from "./account-routes.ts";
import { faultRoutes } from "./fault-routes.ts";

/** What the server reports on its own. */
export interface ServerStatus {
  /** Distinguishes this sandbox's server from another that got its port. */
  readonly home: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  readonly clouds: readonly {
    readonly name: CloudName;
    readonly address: string;
    readonly running: readonly Running[];
  }[];
  readonly wire: WireStatus;
}

/** What the calls to the clouds meet, and what they brought to light. */
export interface WireStatus {
  readonly faults: FaultList;
  readonly calls: Readonly<Partial<Record<CloudName, CallCount>>>;
  readonly unknownCalls: readonly NotedCall[];
  readonly refusedCalls: readonly RefusedCall[];
  /** Whether answers are held against the vendors' documents; the three lists are empty otherwise. */
  readonly checksAnswers: boolean;
  readonly wrongAnswers: readonly WrongAnswer[];
  readonly undocumentedCalls: readonly CountedCall[];
  readonly seenCalls: readonly CountedCall[];
}

export function wireStatus({ faults, answers, ...wire }: Wire): WireStatus {
  return {
    faults: faults.list(),
    calls: wire.calls(),
    unknownCalls: wire.unknownCalls(),
    refusedCalls: wire.refusedCalls(),
    checksAnswers: answers !== undefined,
    wrongAnswers: answers?.wrongAnswers ?? [],
    undocumentedCalls: answers?.undocumentedCalls() ?? [],
    seenCalls: answers?.seenCalls() ?? [],
  };
}

/** The calls that `bin/sandbox` makes to the server itself. */
export function controlRoutes(
  token: string,
  ports: Ports,
  faults: Faults,
  account: Account,
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
  routes.route("/faults", faultRoutes(faults));
  routes.route("/account", accountRoutes(account));
  routes.post("/stop", (context) => {
    stop();
    return context.json({}, 202);
  });
  return routes;
}

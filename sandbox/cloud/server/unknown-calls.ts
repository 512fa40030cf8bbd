import type { Hono } from "hono";
import type { CloudName } from "../stand-in.ts";

/** A call that no stand-in has a route for: something to build, or a client that does the unexpected. */
export interface UnknownCall {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
  count: number;
}

const keptCalls = 200;

export interface UnknownCalls {
  /** Counts what reaches the end of `routes` unanswered; call it once all routes are there. */
  watch(cloud: CloudName, routes: Hono): void;
  list(): readonly UnknownCall[];
}

export function openUnknownCalls(log: (line: string) => void): UnknownCalls {
  const calls = new Map<string, UnknownCall>();
  return {
    list: () => [...calls.values()],
    watch: (cloud, routes) =>
      void routes.use("*", async (context, next) => {
        const { method, path } = context.req;
        const key = `${cloud} ${method} ${path}`;
        const known = calls.get(key);
        if (known) known.count += 1;
        else if (calls.size < keptCalls) {
          calls.set(key, { cloud, method, path, count: 1 });
          log(`no route for ${key}`);
        }
        await next();
      }),
  };
}

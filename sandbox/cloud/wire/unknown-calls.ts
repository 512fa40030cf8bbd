import type { Hono } from "hono";

const reachedTheEnd = new WeakSet<Request>();

/** Marks what reaches the end of `routes` unanswered; to be called once all routes are there. */
export function markUnknownCalls(routes: Hono): void {
  routes.use("*", async (context, next) => {
    reachedTheEnd.add(context.req.raw);
    await next();
  });
}

/** Whether no route had an answer to this call: something to build, or a client that does the unexpected. */
export function isUnknownCall(request: Request): boolean {
  return reachedTheEnd.has(request);
}

import type { Context, Hono } from "hono";
import type { CloudName } from "../emulator.ts";

/** A distinct call of which there is something to report. */
export interface NotedCall {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
  count: number;
}

/** A call that an emulator refused because it does not know a field or a method, with what it did not know. */
export interface RefusedCall extends NotedCall {
  readonly what: string;
}

const refusals = new WeakMap<Request, string[]>();

/**
 * Reports to the wire that a route refuses this call since `what` is unknown to it: `bin/sandbox status` shows it. The
 * answer itself, a 4xx in the vendor's form, is the route's. `what` names a field or a method, never a value.
 */
export function refused(context: Context, what: string): void {
  const { raw } = context.req;
  refusals.set(raw, [...(refusals.get(raw) ?? []), what]);
}

export function refusalsOf(request: Request): readonly string[] {
  return refusals.get(request) ?? [];
}

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

/** Distinct calls with their counts; of those beyond `keptCalls` nothing is kept, whatever a client tries. */
export class CallNotes<Note extends NotedCall> {
  readonly #notes = new Map<string, Note>();

  /** Counts one more; returns whether it is the first of its kind. */
  add(note: Omit<Note, "count">): boolean {
    const key = Object.values(note).join(" ");
    const known = this.#notes.get(key);
    if (known) known.count += 1;
    else if (this.#notes.size < keptCalls) {
      this.#notes.set(key, { ...note, count: 1 } as unknown as Note);
      return true;
    }
    return false;
  }

  list(): readonly Note[] {
    return [...this.#notes.values()];
  }
}

const keptCalls = 200;

import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { CloudName } from "../emulator.ts";
import type { AnswerCheck } from "./answer-check.ts";
import {
  CallNotes,
  isUnknownCall,
  markUnknownCalls,
  refusalsOf,
  type NotedCall,
  type RefusedCall,
} from "./call-notes.ts";
import { actFault, type FaultTime } from "./fault-act.ts";
import type { Faults } from "./faults.ts";
import { openReadLag } from "./read-lag.ts";

/** How many calls a cloud had. */
export interface CallCount {
  reads: number;
  writes: number;
}

export type Answer = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

/** What every call to a cloud goes through, on its way to the routes and back. */
export interface Wire {
  /** Puts the wire before the routes of a cloud; to be called once all of them are there. */
  before(cloud: CloudName, routes: Hono): Answer;
  readonly faults: Faults;
  /** None where answers are not held against the vendors' documents. */
  readonly answers: AnswerCheck | undefined;
  calls(): Readonly<Partial<Record<CloudName, CallCount>>>;
  unknownCalls(): readonly NotedCall[];
  refusedCalls(): readonly RefusedCall[];
  /** Ends the calls that hang. */
  close(): void;
}

export interface WireOptions {
  readonly faults: Faults;
  readonly answers: AnswerCheck | undefined;
  readonly log: (line: string) => void;
  readonly time?: FaultTime;
  /** Sees each call before anything befalls it. */
  readonly onCall?: (call: SeenCall) => void;
}

/** A call as it came in. */
export interface SeenCall {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
  /** The path with `*` for each parameter, as fault rules write it; the path itself where no route answers. */
  readonly pattern: string;
}

export function openWire({ faults, answers, log, time = realTime, onCall }: WireOptions): Wire {
  const counts: Partial<Record<CloudName, CallCount>> = {};
  const unknown = new CallNotes<NotedCall>();
  const refused = new CallNotes<RefusedCall>();
  const stopped = new AbortController();
  const lag = openReadLag({ milliseconds: (cloud) => faults.lagOf(cloud), now: () => time.now() });

  const note = (cloud: CloudName, request: Request, path: string): void => {
    const { method } = request;
    if (isUnknownCall(request) && unknown.add({ cloud, method, path }))
      log(`no route for ${cloud} ${method} ${path}`);
    for (const what of refusalsOf(request))
      if (refused.add({ cloud, method, path, what })) log(`refused ${cloud} ${method} ${path}: ${what}`);
  };

  const before: Wire["before"] = (cloud, routes) => {
    markUnknownCalls(routes);
    const count = (counts[cloud] ??= { reads: 0, writes: 0 });

    const answer = async (request: Request, bindings: HttpBindings, path: string): Promise<Response> => {
      const examine = answers?.observe(cloud, request);
      const given = await lag.answer(cloud, request, async (each) => routes.fetch(each, bindings));
      note(cloud, request, path);
      // What no route answered is reported as such; there is no document to hold it against.
      return examine && !isUnknownCall(request) ? examine(given) : given;
    };

    return async (request, bindings) => {
      const { method } = request;
      const path = pathOf(bindings.incoming.url ?? "/");
      count[method === "GET" || method === "HEAD" ? "reads" : "writes"] += 1;
      onCall?.({ cloud, method, path, pattern: patternOf(routes, method, path) });
      const deciding = faults.decide(cloud, method, path);
      if (!deciding) return answer(request, bindings, path);
      const { delayMilliseconds, fault } = await deciding;
      if (delayMilliseconds > 0) await time.sleep(delayMilliseconds, stopped.signal);
      const carryOut = (): Promise<Response> => answer(request, bindings, path);
      if (!fault) return carryOut();
      log(`fault ${fault.kind}: ${cloud} ${method} ${path}`);
      return actFault(fault, cloud, request, bindings, carryOut, time, stopped.signal);
    };
  };

  return {
    before,
    faults,
    answers,
    calls: () => counts,
    unknownCalls: () => unknown.list(),
    refusedCalls: () => refused.list(),
    close: () => stopped.abort(),
  };
}

/** The path as fault rules write it, with `*` for each parameter. */
export function patternOf(routes: Hono, method: string, path: string): string {
  const [matches] = routes.router.match(method, path);
  const found = matches
    .map(([[, route]]) => route)
    .findLast((route) => route.method !== "ALL" && !route.path.includes("*"));
  return (
    found?.path.replace(/:\w+(\{[^}]*\})?\??/g, (_name, form: string | undefined) =>
      form?.includes(".") ? "**" : "*",
    ) ?? path
  );
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

const realTime: FaultTime = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
    }),
};

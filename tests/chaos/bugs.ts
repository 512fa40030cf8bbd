import type { DriverBug } from "./stack.ts";

/** A fault of the program, made on purpose: a campaign that stays green with one proves nothing. */
export interface Bug {
  readonly wrapFetch?: (send: typeof fetch) => typeof fetch;
  readonly ignoresLease?: boolean;
  readonly driver?: DriverBug;
}

const methodOf = (input: Parameters<typeof fetch>[0], init: RequestInit | undefined): string =>
  init?.method ?? (input instanceof Request ? input.method : "GET");
const isWrite = (...call: Parameters<typeof methodOf>): boolean =>
  !["GET", "HEAD"].includes(methodOf(...call));

export const bugs = {
  /** A write without an answer counts as done. */
  "success on a lost answer": {
    wrapFetch: (send) => async (input, init) => {
      try {
        return await send(input, init);
      } catch (error) {
        if (!isWrite(input, init)) throw error;
        return Response.json({}, { status: 200 });
      }
    },
  },
  /** A create whose answer was lost is sent again at once, whatever it makes. */
  "retry of a call that must not be repeated": {
    wrapFetch: (send) => async (input, init) => {
      const again = input instanceof Request ? input.clone() : input;
      try {
        return await send(input, init);
      } catch (error) {
        if (methodOf(input, init) !== "POST") throw error;
        return send(again, init);
      }
    },
  },
  "lease that is not checked": { ignoresLease: true },
  "checkpoint written before the effect": { driver: "early checkpoint" },
  "read that trusts its own write": { driver: "trusting read" },
} satisfies Readonly<Record<string, Bug>> as Readonly<Record<BugName, Bug>>;

export type BugName =
  | "success on a lost answer"
  | "retry of a call that must not be repeated"
  | "lease that is not checked"
  | "checkpoint written before the effect"
  | "read that trusts its own write";

import { UserError } from "../user-error.ts";

/** The kinds of receivers that a notification can go to. */
export type ReceiverKind = "webhook" | "slack" | "pagerduty" | "email";

/** A notification that arrived. */
export interface Delivery {
  readonly kind: ReceiverKind;
  readonly status: "firing" | "resolved";
  /** As its reader sees it, in one line. */
  readonly text: string;
}

/** What arrived so far, and a way to wait for what has not. */
export interface Deliveries {
  readonly all: readonly Delivery[];
  add(delivery: Delivery): void;
  /**
   * The first delivery that fits, of those that have come and those that will.
   *
   * @throws UserError that names what was awaited and what came, after the limit.
   */
  next(what: string, fits: (delivery: Delivery) => boolean, limitMilliseconds: number): Promise<Delivery>;
}

export function openDeliveries(onEach: (delivery: Delivery) => void = () => undefined): Deliveries {
  const all: Delivery[] = [];
  const waiting = new Set<(delivery: Delivery) => void>();
  return {
    all,
    add: (delivery) => {
      all.push(delivery);
      onEach(delivery);
      for (const each of [...waiting]) each(delivery);
    },
    next: (what, fits, limitMilliseconds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const seen = all.map(({ kind, status, text }) => `${kind} ${status}: ${text}`).join("; ");
          reject(
            new UserError(
              `${what} was not delivered within ${String(limitMilliseconds / 1000)} s; delivered: ${seen || "nothing"}`,
            ),
          );
        }, limitMilliseconds);
        const look = (delivery: Delivery): void => {
          if (!fits(delivery)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(delivery);
        };
        waiting.add(look);
        const known = all.find(fits);
        if (known) look(known);
      }),
  };
}

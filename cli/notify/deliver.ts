import { setTimeout as sleep } from "node:timers/promises";
import { deliveryRule } from "@rollout/infra/shared/retry-table";
import type { Channel } from "../../stacks/settings/schema/watch.ts";
import type { Delivery, Notification, Send } from "./notification.ts";
import { Refused } from "./notification.ts";

export interface DeliveryParts {
  /** What sends on a channel; undefined where it has no address. */
  readonly senders: Readonly<Partial<Record<Channel, Send>>>;
  /** For one try, in milliseconds. */
  readonly tryLimit: number;
  /** What tests replace. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Notifies on every channel at once. Never rejects: that no one could be notified fails nothing, and is reported. */
export function deliver(
  notification: Notification,
  channels: readonly Channel[],
  parts: DeliveryParts,
): Promise<readonly Delivery[]> {
  return Promise.all(
    channels.map(async (channel): Promise<Delivery> => {
      const of = { channel, event: notification.event };
      const send = parts.senders[channel];
      if (!send) return { ...of, outcome: "skipped", tries: 0, why: "no address is set" };
      return { ...of, ...(await sendWithRetries(notification, send, parts)) };
    }),
  );
}

async function sendWithRetries(
  notification: Notification,
  send: Send,
  { tryLimit, pause = sleep }: DeliveryParts,
): Promise<Pick<Delivery, "outcome" | "tries" | "why">> {
  const { retriesOfFailed, firstPause, longestPause, longestWait } = deliveryRule;
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const signal = AbortSignal.timeout(tryLimit);
      await Promise.race([send(notification, signal), aborted(signal, tryLimit)]);
      return { outcome: "delivered", tries };
    } catch (error) {
      const wait = Math.min(longestPause, firstPause * 2 ** (tries - 1));
      waited += wait;
      if (error instanceof Refused || tries > retriesOfFailed || waited > longestWait)
        return { outcome: "failed", tries, why: reasonOf(error, tryLimit) };
      await pause(wait);
    }
  }
}

function aborted(signal: AbortSignal, tryLimit: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error(late(tryLimit))), { once: true });
  });
}

const late = (tryLimit: number): string => `no answer within ${String(tryLimit / 1000)} s`;

/** Without the address that did not answer: it may be the secret. */
function reasonOf(error: unknown, tryLimit: number): string {
  const { cause, code, name, message } = error as Error & {
    readonly code?: string;
    readonly cause?: { readonly code?: string };
  };
  if (name === "TimeoutError" || name === "AbortError") return late(tryLimit);
  if (error instanceof Refused || name === "Error") return message;
  return cause?.code ?? code ?? "it could not be sent";
}

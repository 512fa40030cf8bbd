import type { Channel } from "../../stacks/settings/schema/watch.ts";

/** What those who are notified read. Never a secret. */
export interface Notification {
  /** `opened` by a condemned release, `escalated` where its rollback is late or fails, `resolved` when the environment is well again. */
  readonly event: "opened" | "escalated" | "resolved";
  /** Names the incident: receivers keep what has one key together. */
  readonly key: string;
  readonly environment: string;
  /** On one line. */
  readonly title: string;
  /** Markdown that reads as plain text too. */
  readonly text: string;
  readonly severity: "critical" | "error" | "warning";
  /** RFC 3339. */
  readonly at: string;
  /** Figures, as JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Sends one notification once. */
export type Send = (notification: Notification, signal: AbortSignal) => Promise<void>;

/** What became of one notification on one channel. */
export interface Delivery {
  readonly channel: Channel;
  readonly event: Notification["event"];
  readonly outcome: "delivered" | "failed" | "skipped";
  readonly tries: number;
  /** Of what was not delivered; it names no address. */
  readonly why?: string;
}

/** A receiver that refuses: another try would end the same way. */
export class Refused extends Error {
  override readonly name = "Refused";
}

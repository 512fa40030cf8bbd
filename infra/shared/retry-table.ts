import type { Cloud } from "./cloud-names.ts";

/** An answer by which a cloud refuses a call before it does anything. */
export interface Refusal {
  readonly status: number;
  /** What the body has to contain, where the status alone has other meanings. */
  readonly text?: RegExp;
  /** Whether a `retry-after` is enough instead of the text. */
  readonly orRetryAfter?: boolean;
}

/** What decides whether an answer is a refusal. */
export interface Answered {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  /** Its body, or the message in it. */
  readonly text: string;
}

/** When a call to a cloud is sent again. */
export interface RetryRule {
  /** After these every call is sent again. After a lost answer, a timeout and 5xx only one that may be repeated is. */
  readonly refusals: readonly Refusal[];
  /** Which calls may be repeated, unless the caller sets it. The path has no query. */
  readonly mayRepeat: (method: string, path: string) => boolean;
  readonly retriesOfRefused: number;
  readonly retriesOfFailed: number;
  /** Milliseconds. Doubled from pause to pause, and shortened at random by up to half: others were refused as well. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** Milliseconds after a refusal that names no time, where the vendor documents how long. */
  readonly pauseOfRefused?: number;
  /** From the first try to the last, in milliseconds; a pause that would end later is not begun. */
  readonly longestWait: number;
  /** One try, in milliseconds, unless the caller sets it. */
  readonly tryLimit: number;
}

const reads = (method: string): boolean => method === "GET" || method === "HEAD";
const allButPost = (method: string): boolean => method !== "POST";

/** The one place that decides which call to which cloud is sent again, how often and for how long. docs/decisions/retries.md */
export const retryTable: Readonly<Record<Cloud, RetryRule>> = {
  neon: {
    refusals: [
      // Another operation holds the project: 36 of 40 creates at once (butterbase-ai/butterbase#123).
      { status: 423 },
      { status: 429 },
      { status: 503 },
      // neondatabase/neon, test_runner/fixtures/neon_api.py
      { status: 422, text: /branch not ready yet/i },
    ],
    // A second change of a project is another operation.
    mayRepeat: reads,
    // About half a minute: longer than any operation that was seen.
    retriesOfRefused: 8,
    retriesOfFailed: 4,
    firstPause: 250,
    longestPause: 10_000,
    longestWait: 45_000,
    tryLimit: 60_000,
  },
  fly: {
    // A 503 may have created a machine: a proxy answers it too (superfly/fly-go's tests). `[PM01] rate limit exceeded` is 429.
    refusals: [{ status: 429 }],
    mayRepeat: allButPost,
    retriesOfRefused: 6,
    retriesOfFailed: 3,
    firstPause: 250,
    longestPause: 8_000,
    longestWait: 30_000,
    tryLimit: 30_000,
  },
  vercel: {
    // Not that of a day's uploads: "try again in 24 hours" (colophon-group/jobseek#6802).
    refusals: [{ status: 429, text: /^(?![^]*try again in \d+ (hour|day))/i }],
    // Those of its posts by which the same thing comes about again. A deployment is not one of them.
    mayRepeat: (method, path) =>
      allButPost(method) ||
      /\/(aliases|domains|verify|env|files|promote\/[^/]+|request-promote\/[^/]+)$/.test(path),
    retriesOfRefused: 6,
    retriesOfFailed: 4,
    firstPause: 250,
    longestPause: 5_000,
    longestWait: 30_000,
    // Files are uploaded in one call each.
    tryLimit: 60_000,
  },
  github: {
    refusals: [
      { status: 429 },
      // The secondary limit is 403, as a missing right is (octokit/plugin-throttling#667).
      { status: 403, text: /rate limit/i, orRetryAfter: true },
    ],
    // Of its posts those by which the same thing comes about again: a status says how something stands, and an object of git that
    // no ref points at is none of the history. Refs, deployments and issues are not repeated.
    mayRepeat: (method, path) =>
      reads(method) || /\/(statuses(\/[0-9a-f]{40})?|git\/(blobs|commits|trees))$/.test(path),
    retriesOfRefused: 3,
    retriesOfFailed: 3,
    firstPause: 250,
    longestPause: 1_000,
    // "Wait for at least one minute" where no `retry-after` is sent (GitHub's "Best practices for using the REST API").
    pauseOfRefused: 60_000,
    // Less than a lease lasts without a renewal (infra/rollout/lease/lease.ts: surrender).
    longestWait: 65_000,
    tryLimit: 30_000,
  },
  railway: {
    // 10 to 50 a second and 1,000 to 10,000 an hour, by the plan (docs.railway.com/integrations/api, "Rate limits").
    refusals: [{ status: 429 }],
    // One path and one method for all: each call states whether it may.
    mayRepeat: reads,
    retriesOfRefused: 6,
    retriesOfFailed: 4,
    firstPause: 250,
    longestPause: 8_000,
    longestWait: 30_000,
    tryLimit: 30_000,
  },
};

/**
 * When a notification is sent again: after 429, 5xx, a lost answer or none in time. One that arrives twice has the same key, by which
 * a receiver knows it.
 */
export const deliveryRule: Pick<
  RetryRule,
  "retriesOfFailed" | "firstPause" | "longestPause" | "longestWait"
> = {
  retriesOfFailed: 3,
  firstPause: 500,
  longestPause: 4_000,
  longestWait: 30_000,
};

/** Whether the cloud refused the call before it did anything, for now. */
export function isRefusal(cloud: Cloud, { status, hasRetryAfter, text }: Answered): boolean {
  return retryTable[cloud].refusals.some(
    (refusal) =>
      refusal.status === status &&
      (refusal.text === undefined ||
        (refusal.orRetryAfter === true && hasRetryAfter) ||
        refusal.text.test(text)),
  );
}

import { randomUUID } from "node:crypto";
import type { CloudName } from "../emulator.ts";

const retryAfterSeconds = 1;

/**
 * A refusal with `status` as each vendor words it. Forms: Neon `GeneralError` (@neon/sdk), Fly.io `main.errorResponse`
 * (superfly/fly-go flaps/flaps.go), Vercel (vercel.com/docs/rest-api/errors), GitHub (github/docs
 * content/rest/using-the-rest-api/rate-limits-for-the-rest-api.md), OpenAI (openai/openai-node src/core/error.ts).
 * The messages of 5xx were never compared with the real ones.
 */
export function vendorError(cloud: CloudName, status: number, now: number): Response {
  const isThrottled = status === 429;
  const headers = new Headers(isThrottled ? { "retry-after": String(retryAfterSeconds) } : {});
  // Cloudflare's page in front of Neon, after a long call: neondatabase/neon test_runner/fixtures/neon_api.py retries it.
  if (cloud === "neon" && status === 524)
    return new Response("<!DOCTYPE html><html><title>524: A timeout occurred</title></html>", {
      status,
      headers: { "content-type": "text/html; charset=UTF-8" },
    });
  const said = messages[status] ?? `sandbox fault: status ${String(status)}`;
  const reset = Math.ceil(now / 1_000) + retryAfterSeconds;
  const body = bodies[cloud]({ status, headers, said, isThrottled, reset, id: randomUUID() });
  return Response.json(body, { status, headers });
}

interface Refusal {
  readonly status: number;
  /** Of the answer; a body may have more of them. */
  readonly headers: Headers;
  readonly said: string;
  readonly isThrottled: boolean;
  /** When calls are taken again, in seconds since 1970. */
  readonly reset: number;
  /** Of the request. */
  readonly id: string;
}

const bodies: Readonly<Record<CloudName, (refusal: Refusal) => object>> = {
  neon: ({ headers, id, said }) => {
    headers.set("x-neon-ret-request-id", id);
    return { request_id: id, code: "", message: said };
  },
  fly: ({ headers, id, said }) => {
    headers.set("fly-request-id", id);
    return { error: said };
  },
  vercel: ({ headers, isThrottled, reset, said, status }) => {
    if (!isThrottled)
      return { error: { code: vercelCodes[status] ?? "internal_server_error", message: said } };
    headers.set("x-ratelimit-limit", "60");
    headers.set("x-ratelimit-remaining", "0");
    headers.set("x-ratelimit-reset", String(reset));
    return {
      error: {
        code: "rate_limited",
        message: "The rate limit of 60 exceeded for 'sandbox'. Try again in 1 second",
        limit: { remaining: 0, reset, resetMs: reset * 1_000, total: 60 },
      },
    };
  },
  github: ({ headers, id, isThrottled, said, status }) => {
    headers.set("x-github-request-id", id);
    return {
      message: isThrottled
        ? "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        : said,
      documentation_url: isThrottled
        ? "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
        : "https://docs.github.com/rest",
      status: String(status),
    };
  },
  railway: ({ isThrottled, said }) => ({ errors: [{ message: isThrottled ? "Too many requests" : said }] }),
  ai: ({ headers, id, isThrottled, said, status }) => {
    headers.set("x-request-id", id);
    if (isThrottled) {
      const message = "Rate limit reached for requests";
      return { error: { message, type: "requests", param: null, code: "rate_limit_exceeded" } };
    }
    const type = status >= 500 ? "server_error" : "invalid_request_error";
    return { error: { message: said, type, param: null, code: null } };
  },
};

/** The same of too many calls, without a header that names when to ask again: `pauses` of a client decide. */
export function throttled(cloud: CloudName, now: number): Response {
  return withoutTime(vendorError(cloud, 429, now), 429);
}

/** GitHub answers its secondary limit with 403 as well as 429 (the same page as above). */
export function secondaryLimit(now: number): Response {
  return withoutTime(vendorError("github", 429, now), 403);
}

function withoutTime(answer: Response, status: number): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"])
    headers.delete(name);
  return new Response(answer.body, { status, headers });
}

/** What a proxy or a login page of a network answers in a vendor's place. */
export function proxyPage(status: number): Response {
  return new Response("<!DOCTYPE html><html><title>Please wait</title><body>One moment.</body></html>", {
    status,
    headers: { "content-type": "text/html; charset=UTF-8" },
  });
}

const messages: Readonly<Record<number, string>> = {
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  408: "request timed out",
  409: "conflict",
  423: "project already has running conflicting operations, scheduling of new ones is prohibited",
  429: "rate limit exceeded",
  500: "internal server error",
  502: "bad gateway",
  503: "service unavailable",
  504: "gateway timeout",
};

const vercelCodes: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "forbidden",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
};

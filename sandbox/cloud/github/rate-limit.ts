import type { MiddlewareHandler } from "hono";

const limit = 5000;
/** The vendor's window, in milliseconds. */
const window = 3_600_000;

/** Counts requests as the vendor does and reports it in each answer's headers. Never refuses one. */
export class RateLimit {
  #used = 0;
  #resetAt = Date.now() + window;

  count(): MiddlewareHandler {
    return async (c, next) => {
      if (Date.now() >= this.#resetAt) {
        this.#used = 0;
        this.#resetAt = Date.now() + window;
      }
      this.#used = Math.min(this.#used + 1, limit);
      await next();
      const { remaining, reset } = this.answer();
      c.header("x-ratelimit-limit", String(limit));
      c.header("x-ratelimit-remaining", String(remaining));
      c.header("x-ratelimit-used", String(this.#used));
      c.header("x-ratelimit-reset", String(reset));
      c.header("x-ratelimit-resource", "core");
    };
  }

  answer(): { limit: number; remaining: number; used: number; reset: number } {
    return {
      limit,
      remaining: limit - this.#used,
      used: this.#used,
      reset: Math.floor(this.#resetAt / 1000),
    };
  }
}

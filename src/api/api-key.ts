import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { ProblemError } from "./problem.ts";

const hash = (key: string): Buffer => createHash("sha256").update(key).digest();

/**
 * Lets through who sends one of `keys` as a bearer token. Hashes of equal length are compared, each one to the end, so
 * that the time of an answer tells nothing about a key.
 */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler {
  const known = keys.map(hash);
  return async (context, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const digest = hash(given ?? "");
    const accepted = known.filter((each) => timingSafeEqual(each, digest)).length > 0;
    if (given === undefined || !accepted) {
      const challenge = given === undefined ? "" : ', error="invalid_token"';
      throw new ProblemError(
        {
          status: 401,
          title: "An API key is needed",
          detail: "Send a valid key in the header: Authorization: Bearer KEY",
        },
        { "www-authenticate": `Bearer realm="atlaris"${challenge}` },
      );
    }
    await next();
  };
}

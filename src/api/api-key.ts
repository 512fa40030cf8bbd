import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { ProblemError } from "./problem.ts";

/** A key that the API takes. The key itself is nowhere: who has the hash cannot send it. */
export interface KnownKey {
  /** Name of the client that uses it; limits are the client's. During a rotation a client has two keys. */
  readonly client: string;
  /** Who answers for the client. */
  readonly owner: string;
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  /** When the key expires; absent where it does not. */
  readonly until?: Date;
}

/** What later handlers know of who asks. */
export interface Authenticated {
  readonly Variables: { readonly client: string };
}

export const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/**
 * Lets through who sends one of the keys as a bearer token. Hashes of equal length are compared, each one to the end, so
 * that the time of an answer shows nothing of a key.
 */
export function requireApiKey(
  keys: readonly KnownKey[],
  now: () => Date = () => new Date(),
): MiddlewareHandler<Authenticated> {
  const known = keys.map((key) => ({ ...key, digest: Buffer.from(key.hash, "hex") }));
  return async (context, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const digest = Buffer.from(hashOf(given ?? ""), "hex");
    const [accepted] = known
      .filter((each) => timingSafeEqual(each.digest, digest))
      .filter(({ until }) => until === undefined || now() < until);
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
    context.set("client", accepted.client);
    await next();
  };
}

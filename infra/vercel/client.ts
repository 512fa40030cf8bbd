import type { Access } from "../dynamic/cloud-access.ts";

/** Vercel's official client with our limits. */
export type VercelClient = Awaited<ReturnType<typeof openVercel>>;

/** Opens the client. 429, 5xx and lost connections are tried again for up to a minute. */
export async function openVercel(access: Access) {
  const { Vercel } = await import("@vercel/sdk");
  return new Vercel({
    bearerToken: access.token,
    serverURL: access.baseUrl,
    timeoutMs: 60_000,
    retryConfig: {
      strategy: "backoff",
      backoff: { initialInterval: 250, maxInterval: 5_000, exponent: 2, maxElapsedTime: 60_000 },
      retryConnectionErrors: true,
    },
  });
}

/** Turns a 404 into `undefined`. */
export async function orGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

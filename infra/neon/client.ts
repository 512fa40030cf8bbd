import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";
import { retryingFetch } from "./retry-fetch.ts";

/** Neon's official client with our limits; every method throws a typed error. */
export type Neon = Awaited<ReturnType<typeof openNeon>>;

/**
 * Opens the client. What can be sent again is, in every kind of call (`retryingFetch`); a mutation returns when its
 * operations have finished.
 */
export async function openNeon(access: Access) {
  const { createNeonClient } = await import("@neon/sdk");
  return createNeonClient({
    apiKey: access.token,
    baseUrl: access.baseUrl,
    fetch: retryingFetch(watchedFetch("neon")),
    throwOnError: true,
    // The client would do so in single calls only.
    retries: 0,
    requestTimeoutMs: 60_000,
    waitForReadiness: true,
    wait: { pollIntervalMs: 250, timeoutMs: 300_000 },
  });
}

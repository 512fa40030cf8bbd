import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";

/** Neon's official client with our limits; every method throws a typed error. */
export type Neon = Awaited<ReturnType<typeof openNeon>>;

/**
 * Opens the client. 423 (another operation holds the project), 429 and 503 are normal answers and sent again; a
 * mutation returns when its operations have finished.
 */
export async function openNeon(access: Access) {
  const { createNeonClient } = await import("@neon/sdk");
  return createNeonClient({
    apiKey: access.token,
    baseUrl: access.baseUrl,
    fetch: watchedFetch("neon"),
    throwOnError: true,
    // With the client's backoff about half a minute of 423, which is longer than any operation that we saw.
    retries: 8,
    requestTimeoutMs: 60_000,
    waitForReadiness: true,
    wait: { pollIntervalMs: 250, timeoutMs: 300_000 },
  });
}

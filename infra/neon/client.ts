import type { Access } from "../shared/cloud-access.ts";
import { cloudFetch } from "../shared/cloud-fetch.ts";

/** Neon's official client with our limits; every method throws a typed error. */
export type Neon = Awaited<ReturnType<typeof openNeon>>;

/**
 * Opens the client. What can be sent again is, in polls and lists too (`retryTable`); a mutation returns when its operations
 * have finished.
 */
export async function openNeon(access: Access) {
  const { createNeonClient } = await import("@neon/sdk");
  return createNeonClient({
    apiKey: access.token,
    baseUrl: access.baseUrl,
    fetch: cloudFetch("neon"),
    throwOnError: true,
    // The client itself would do so in single calls only, not where it polls an operation or reads a list.
    retries: 0,
    // Each try has its own limit; this is one for all of them.
    requestTimeoutMs: 120_000,
    waitForReadiness: true,
    wait: { pollIntervalMs: 250, timeoutMs: 300_000 },
  });
}

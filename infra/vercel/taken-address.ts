import type { Access } from "../shared/cloud-access.ts";
import { ApiError, jsonApi } from "../shared/json-api.ts";

/** In milliseconds, of each of two calls. */
const limitMilliseconds = 10_000;

/**
 * Whether another Vercel account has an address under `vercel.app`, where all accounts share one set of names: this
 * team has no such alias, and the address answers something else than Vercel does for a name that is free. Undefined
 * where that cannot be seen: then going live reports it.
 */
export async function isTakenAddress(
  access: Access,
  team: string,
  domain: string,
  look: typeof fetch = fetch,
): Promise<boolean | undefined> {
  if (!domain.endsWith(".vercel.app")) return false;
  const own = await isOwn(access, team, domain);
  if (own !== false) return own === undefined ? undefined : false;
  const signal = AbortSignal.timeout(limitMilliseconds);
  const answer = await look(`https://${domain}/`, { redirect: "manual", signal }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer && answer.headers.get("x-vercel-error") !== "DEPLOYMENT_NOT_FOUND";
}

/** Undefined where Vercel does not show it. */
async function isOwn(access: Access, team: string, domain: string): Promise<boolean | undefined> {
  const path = `/v4/aliases/${encodeURIComponent(domain)}?teamId=${encodeURIComponent(team)}`;
  try {
    await jsonApi("vercel", access)({ method: "GET", path, limitMilliseconds });
    return true;
  } catch (error) {
    return error instanceof ApiError && [403, 404].includes(error.status) ? false : undefined;
  }
}

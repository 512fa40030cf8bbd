import type { Neon } from "./client.ts";

/**
 * How many branches the account's plan allows in a project; undefined where it sets no limit, which Neon writes as -1,
 * or where Neon does not show it. The project knows it for every kind of key; `GET /users/me` is answered 404 for the key of
 * an organization.
 */
export async function branchLimit(neon: Neon, projectId: string): Promise<number | undefined> {
  const { owner } = await neon.projects.get({ projectId });
  const limit = owner?.branches_limit ?? (await limitOfUser(neon));
  return limit === undefined || limit <= 0 ? undefined : limit;
}

async function limitOfUser(neon: Neon): Promise<number | undefined> {
  try {
    return (await neon.user.me()).branches_limit;
  } catch {
    // Neon itself then refuses one branch too many.
    return undefined;
  }
}

import { connected } from "./connected.ts";

/** SQLSTATE of a wrong password and of a role that may not log in. */
const refusals = ["28P01", "28000"];

/** Whether the database answers a login with "no". One that cannot be reached from here says nothing about it. */
export async function refusesLogin(databaseUrl: string): Promise<boolean> {
  const limits = { loginMilliseconds: 10_000, queryMilliseconds: 10_000 };
  try {
    await connected(databaseUrl, limits, () => Promise.resolve());
    return false;
  } catch (error) {
    return refusals.includes((error as { code?: string }).code ?? "");
  }
}

/** SQLSTATE of a wrong password and of a role that may not log in. */
const refusals = ["28P01", "28000"];

/** Whether the database answers a login with "no". One that cannot be reached from here says nothing about it. */
export async function refusesLogin(databaseUrl: string): Promise<boolean> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return false;
  } catch (error) {
    return refusals.includes((error as { code?: string }).code ?? "");
  } finally {
    await client.end().catch(() => undefined);
  }
}

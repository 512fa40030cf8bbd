import pg from "pg";

/** The superuser of every cluster, whom only the control plane can log in as. */
export const administrator = "cloud_admin";

/** Runs `work` on a connection of the superuser. */
export async function asAdministrator<Result>(
  cluster: { readonly port: number },
  password: string,
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: cluster.port,
    user: administrator,
    password,
    database,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    query_timeout: 65_000,
  });
  // A server that ends during it fails the query; without a listener it would end us too.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

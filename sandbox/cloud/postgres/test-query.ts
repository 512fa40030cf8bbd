import pg from "pg";

/** Works on a connection of its own, which ends with it. */
export async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 60_000 });
  // The server may end it: the query that waits then fails.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The rows of one statement, or of the last of several without values. */
export function query<Row extends object>(
  connectionString: string,
  text: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  return withClient(
    connectionString,
    async (client) => (await client.query<Row>(text, values && [...values])).rows,
  );
}

import type { Target } from "./target.ts";

/** Calls of the application's API, each with the status that is expected. */
export function callApi(target: Target, signal: AbortSignal) {
  const { apiUrl, apiKey, protectionBypass } = target;
  return async <T>(method: string, path: string, expected: number, body?: object): Promise<T> => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(protectionBypass ? { "x-vercel-protection-bypass": protectionBypass } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    });
    const text = await answer.text();
    if (answer.status !== expected)
      throw new Error(`expected ${String(expected)}, got ${String(answer.status)}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
}

/** Asks the database past the application. */
export async function queryDatabase(
  { databaseUrl }: Target,
  text: string,
  values: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  // Loaded here: a test that fails before needs no driver.
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    // What pg does for "require" today, by the name that it keeps and without its warning.
    connectionString: databaseUrl.replace(/([?&]sslmode=)require\b/, "$1verify-full"),
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  // A session that the server ends while nothing waits for it: the next query fails by it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as readonly Readonly<Record<string, unknown>>[];
  } finally {
    await client.end();
  }
}

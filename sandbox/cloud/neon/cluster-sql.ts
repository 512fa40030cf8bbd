import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";
import { administrator, asAdministrator } from "../postgres/administrator.ts";
import type { Cluster } from "../postgres/cluster.ts";
import type { DatabaseState, RoleState } from "./state.ts";

/** What every cluster has from the start: the role whose members may do nearly all, as at Neon. */
export const initialStatements: readonly string[] = [
  "CREATE ROLE neon_superuser CREATEDB CREATEROLE NOLOGIN REPLICATION BYPASSRLS IN ROLE pg_read_all_data, pg_write_all_data;",
  "GRANT pg_monitor, pg_signal_backend, pg_maintain, pg_create_subscription TO neon_superuser WITH ADMIN OPTION;",
];

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803). It is made here, so that no statement holds the
 * password itself: a failing statement is written to the server's log.
 */
export function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/** What a cluster has of its users. */
export interface Catalog {
  readonly roles: readonly { readonly name: string; readonly canLogIn: boolean }[];
  readonly databases: readonly { readonly name: string; readonly ownerName: string }[];
}

/** The statements that only the control plane may make, in one cluster. Each may be made again. */
export class ClusterSql {
  readonly #cluster: Cluster;
  readonly #password: string;

  constructor(cluster: Cluster, administratorPassword: string) {
    this.#cluster = cluster;
    this.#password = administratorPassword;
  }

  #in<Result>(database: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    return asAdministrator(this.#cluster, this.#password, database, work);
  }

  /** Makes the role, or gives the one that is there its password. */
  async putRole(role: RoleState): Promise<void> {
    const name = escapeIdentifier(role.name);
    const logIn = role.canLogIn ? `LOGIN PASSWORD ${escapeLiteral(scramVerifier(role.password))}` : "NOLOGIN";
    await this.#in("postgres", async (client) => {
      const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role.name]);
      await client.query(
        rowCount
          ? `ALTER ROLE ${name} ${logIn}`
          : `CREATE ROLE ${name} INHERIT CREATEROLE CREATEDB BYPASSRLS REPLICATION ${logIn} IN ROLE neon_superuser`,
      );
    });
  }

  async putDatabase(database: DatabaseState): Promise<void> {
    const name = escapeIdentifier(database.name);
    await this.#in("postgres", async (client) => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database.name]);
      const owner = escapeIdentifier(database.ownerName);
      if (!rowCount) await client.query(`CREATE DATABASE ${name} OWNER ${owner}`);
      await client.query(`GRANT ALL PRIVILEGES ON DATABASE ${name} TO neon_superuser`);
    });
  }

  /** Gives a database another name or owner. */
  async alterDatabase(before: string, after: DatabaseState): Promise<void> {
    const [from, to] = [escapeIdentifier(before), escapeIdentifier(after.name)];
    await this.#in("postgres", async (client) => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [after.name]);
      if (!rowCount) {
        await client.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
          [before],
        );
        await client.query(`ALTER DATABASE ${from} RENAME TO ${to}`);
      }
      await client.query(`ALTER DATABASE ${to} OWNER TO ${escapeIdentifier(after.ownerName)}`);
    });
  }

  /** The roles and databases of its users, as they are in the cluster. */
  async catalog(): Promise<Catalog> {
    return this.#in("postgres", async (client) => {
      const roles = await client.query<{ name: string; canLogIn: boolean }>(
        `SELECT rolname AS name, rolcanlogin AS "canLogIn" FROM pg_roles
         WHERE pg_has_role(oid, 'neon_superuser', 'member') AND NOT rolsuper AND rolname <> 'neon_superuser'
         ORDER BY oid`,
      );
      const databases = await client.query<{ name: string; ownerName: string }>(
        `SELECT datname AS name, pg_get_userbyid(datdba) AS "ownerName" FROM pg_database
         WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY oid`,
      );
      return { roles: roles.rows, databases: databases.rows };
    });
  }

  /** Whether a client's statement is being executed now. */
  async isWorking(): Promise<boolean> {
    return this.#in("postgres", async (client) => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND state <> 'idle' AND usename <> $1 LIMIT 1`,
        [administrator],
      );
      return rowCount !== 0;
    });
  }

  /** Where the log ends. */
  async lsn(): Promise<string> {
    return this.#in("postgres", async (client) => {
      const { rows } = await client.query<{ lsn: string }>("SELECT pg_current_wal_flush_lsn() AS lsn");
      return rows[0]?.lsn ?? "0/0";
    });
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#in("postgres", (client) =>
      client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
    );
  }

  /** Drops a role; what it owns goes to the owner of the database that it is in. */
  async dropRole(roleName: string): Promise<void> {
    const role = escapeIdentifier(roleName);
    for (const { database, owner } of await this.#databases()) {
      const heir = owner === roleName ? administrator : owner;
      await this.#in(database, async (client) => {
        const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [roleName]);
        if (!rowCount) return;
        await client.query(`REASSIGN OWNED BY ${role} TO ${escapeIdentifier(heir)}`);
        await client.query(`DROP OWNED BY ${role}`);
      });
    }
    await this.#in("postgres", async (client) => {
      await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [
        roleName,
      ]);
      await client.query(`DROP ROLE IF EXISTS ${role}`);
    });
  }

  /** Leaves the schema and takes the rows, for a branch that was made with the schema only. */
  async removeRows(): Promise<void> {
    for (const { database } of await this.#databases())
      await this.#in(database, async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
           WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\\_%'`,
        );
        if (rows.length > 0)
          await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(", ")} RESTART IDENTITY CASCADE`);
      });
  }

  async #databases(): Promise<readonly { database: string; owner: string }[]> {
    return this.#in("postgres", async (client) => {
      const { rows } = await client.query<{ database: string; owner: string }>(
        `SELECT datname AS database, pg_get_userbyid(datdba) AS owner FROM pg_database
         WHERE datallowconn AND datname <> 'template1'`,
      );
      return rows;
    });
  }
}

import type { Client } from "pg";
import type { Login } from "./login.ts";
import { newPassword } from "./login.ts";

/** What the application may do in a schema: read its rows, or write them too. Never more than that. */
export type SchemaRights = Readonly<Record<string, "read" | "write">>;

/** Everything that `grantRights` needs to know; all names are those in the database. */
export interface ApplicationRights {
  /** Holds the rights. It is the application's first login, and the group of every later one. */
  readonly role: string;
  readonly owner: string;
  readonly database: string;
  readonly schemas: SchemaRights;
}

/**
 * What the server holds for each of its sessions, whatever the client sets: a leaked address can neither take every connection nor keep
 * a transaction open. Above what the application allows itself (src/db/pool.ts).
 */
const limits = {
  connections: 80,
  settings: { statement_timeout: "60s", idle_in_transaction_session_timeout: "60s" },
} as const;

/** By the access that is wanted, what a table lets its users do. */
const tableRights = { read: ["SELECT"], write: ["SELECT", "INSERT", "UPDATE", "DELETE"] } as const;

/**
 * Makes role and login as they are to be, in one transaction: the login can use the rows of the schemas and nothing else. Tables
 * that a later migration makes are covered too. Other logins of the role stay as they are. The connection is the owner's.
 *
 * @returns the schemas in which the login can create anyway, since PostgreSQL lets everybody.
 */
export async function grantRights(
  client: Client,
  rights: ApplicationRights,
  login: Login,
): Promise<readonly string[]> {
  const { role, owner, database, schemas } = rights;
  const quoted = (name: string): string => client.escapeIdentifier(name);
  const [app, own] = [quoted(role), quoted(owner)];
  await client.query("BEGIN");
  await makeRoles(client, role, login);
  // From everybody too: a role that a branch has from its parent could log in otherwise.
  await client.query(`REVOKE ALL ON DATABASE ${quoted(database)} FROM PUBLIC, ${app}`);
  await client.query(`GRANT CONNECT ON DATABASE ${quoted(database)} TO ${app}`);
  for (const [name, access] of Object.entries(schemas)) {
    const schema = quoted(name);
    const tables = tableRights[access].join(", ");
    // A migration makes it where it is missing, and takes it as it is.
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`REVOKE ALL ON SCHEMA ${schema} FROM ${app}`);
    await client.query(`REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`);
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${app}`);
    const later = `ALTER DEFAULT PRIVILEGES FOR ROLE ${own} IN SCHEMA ${schema}`;
    await client.query(`${later} REVOKE ALL ON TABLES FROM ${app}`);
    await client.query(`${later} GRANT ${tables} ON TABLES TO ${app}`);
    await client.query(
      `${later} ${access === "write" ? `GRANT USAGE ON SEQUENCES TO` : `REVOKE ALL ON SEQUENCES FROM`} ${app}`,
    );
    for (const { relation, isSequence } of await relationsOf(client, name)) {
      const kind = isSequence ? "SEQUENCE" : "TABLE";
      await client.query(`REVOKE ALL ON ${kind} ${relation} FROM ${app}`);
      if (!isSequence) await client.query(`GRANT ${tables} ON ${relation} TO ${app}`);
      else if (access === "write") await client.query(`GRANT USAGE ON SEQUENCE ${relation} TO ${app}`);
    }
  }
  const { rows } = await client.query<{ name: string }>(schemasToCreateIn, [login.name]);
  // The last one that can be refused: a refused statement stands in the server's log. Neon takes no hash of it.
  await client.query(`ALTER ROLE ${quoted(login.name)} PASSWORD ${client.escapeLiteral(login.password)}`);
  await client.query("COMMIT");
  return rows.map(({ name }) => name);
}

/** Takes a role's rights away and then the role itself; done when there is none. The connection is the owner's. */
export async function dropRole(client: Client, role: string): Promise<void> {
  const quoted = client.escapeIdentifier(role);
  const { rowCount: exists } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
  if (!exists) return;
  await client.query("BEGIN");
  await asMember(client, role, [`REASSIGN OWNED BY ${quoted} TO CURRENT_USER`, `DROP OWNED BY ${quoted}`]);
  await client.query(`DROP ROLE ${quoted}`);
  await client.query("COMMIT");
}

/**
 * What the login can or cannot do against what `grantRights` gave it, each in a few words. The connection is the login's
 * own. `tolerated` are the schemas in which it could create from the beginning.
 */
export async function strayRights(
  client: Client,
  { role, owner, schemas }: Pick<ApplicationRights, "role" | "owner" | "schemas">,
  tolerated: readonly string[],
): Promise<readonly string[]> {
  const first = async (text: string, values: readonly unknown[] = []): Promise<readonly string[]> =>
    (await client.query<{ name: string }>(text, [...values])).rows.map(({ name }) => name);
  const both = [...new Set([client.user ?? "", role])];
  const groups = (await first(`${groupsOf} ORDER BY 1`, [both])).filter((name) => name !== role);
  const creates = await first(schemasToCreateIn, [client.user]);
  const powers = new Set<string>();
  for (const name of both) for (const power of (await powersOf(client, name)) ?? []) powers.add(power);
  const makesSchemas = await first(
    "SELECT current_database() AS name WHERE has_database_privilege(current_database(), 'CREATE')",
  );
  const owned = await first(
    `SELECT format('%s', oid::regclass) AS name FROM pg_class
      WHERE pg_get_userbyid(relowner) = ANY($1) AND relkind IN ('r', 'p', 'v', 'm', 'S') ORDER BY 1`,
    [both],
  );
  const lacking = await first(
    `SELECT format('%s.%s', nspname, relname) AS name
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       JOIN unnest($1::text[], $2::text[]) AS wanted(schema, rights) ON wanted.schema = nspname
      WHERE relkind IN ('r', 'p', 'v', 'm') AND pg_get_userbyid(relowner) = $3
        AND EXISTS (SELECT FROM unnest(string_to_array(wanted.rights, ',')) AS needed
                     WHERE NOT has_table_privilege(pg_class.oid, needed)) ORDER BY 1`,
    [Object.keys(schemas), Object.values(schemas).map((access) => tableRights[access].join(",")), owner],
  );
  const unlimited = await limitsLacking(client);
  const stray = creates.filter((name) => !tolerated.includes(name));
  return [
    ...groups.map((name) => `it is a member of ${name}`),
    ...[...powers].map((name) => `it has the attribute ${name}`),
    ...makesSchemas.map((name) => `it can create schemas in ${name}`),
    ...stray.map((name) => `it can create in the schema ${name}`),
    ...owned.map((name) => `it owns ${name}`),
    ...lacking.map((name) => `it lacks rights on ${name}`),
    ...unlimited.map((name) => `it has no limit of ${name}, or another one`),
  ];
}

/** The limits of the role whose session it is that are not as `grantRights` set them. */
async function limitsLacking(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ connections: number; settings: string[] }>(
    `SELECT rolconnlimit AS connections, coalesce(rolconfig, '{}') AS settings FROM pg_roles WHERE rolname = current_user`,
  );
  const [seen] = rows;
  return [
    ...(seen?.connections === limits.connections ? [] : ["connections"]),
    ...Object.entries(limits.settings).flatMap(([name, value]) =>
      seen?.settings.includes(`${name}=${value}`) ? [] : [name],
    ),
  ];
}

/** Role and login, without what they are not to have. Of the same name they are one. */
async function makeRoles(client: Client, role: string, login: Login): Promise<void> {
  const [app, own] = [client.escapeIdentifier(role), client.escapeIdentifier(login.name)];
  // Neon's control plane refuses a role without a password.
  if (!(await bringInLine(client, role, []))) {
    await client.query(`CREATE ROLE ${app} NOLOGIN PASSWORD ${client.escapeLiteral(newPassword())}`);
    await limitSessions(client, role);
  }
  if (login.name !== role) {
    if (!(await bringInLine(client, login.name, [role]))) await client.query(`CREATE ROLE ${own}`);
    await client.query(`GRANT ${app} TO ${own}`);
  }
  await client.query(`ALTER ROLE ${own} LOGIN`);
  await limitSessions(client, login.name);
}

/** Takes away what a role has beyond its rights in the schemas; `groups` are those that it stays in. False where there is none. */
async function bringInLine(client: Client, role: string, groups: readonly string[]): Promise<boolean> {
  const powers = await powersOf(client, role);
  if (!powers) return false;
  if (powers.length > 0)
    await client.query(
      `ALTER ROLE ${client.escapeIdentifier(role)} ${powers.map((power) => `NO${power}`).join(" ")}`,
    );
  await leaveGroups(client, role, groups);
  await giveUpOwnership(client, role);
  return true;
}

async function limitSessions(client: Client, role: string): Promise<void> {
  const quoted = client.escapeIdentifier(role);
  await client.query(`ALTER ROLE ${quoted} CONNECTION LIMIT ${String(limits.connections)}`);
  for (const [name, value] of Object.entries(limits.settings))
    await client.query(`ALTER ROLE ${quoted} SET ${name} = '${value}'`);
}

/** The attributes that a role has and the application's has not; nothing where there is no such role. */
async function powersOf(client: Client, role: string): Promise<readonly string[] | undefined> {
  const { rows } = await client.query<{ powers: string[] }>(
    `SELECT array_remove(ARRAY[
              CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
              CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END
            ], NULL) AS powers FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  return rows[0]?.powers;
}

const groupsOf =
  "SELECT DISTINCT pg_get_userbyid(roleid) AS name FROM pg_auth_members WHERE pg_get_userbyid(member) = ANY($1)";

const schemasToCreateIn = `SELECT nspname AS name FROM pg_namespace
  WHERE nspname !~ '^pg_' AND has_schema_privilege($1, oid, 'CREATE') ORDER BY 1`;

async function leaveGroups(client: Client, role: string, except: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(groupsOf, [[role]]);
  for (const { name } of rows.filter((row) => !except.includes(row.name)))
    await client.query(`REVOKE ${client.escapeIdentifier(name)} FROM ${client.escapeIdentifier(role)}`);
}

async function giveUpOwnership(client: Client, role: string): Promise<void> {
  const { rowCount: owns } = await client.query(
    "SELECT FROM pg_class WHERE pg_get_userbyid(relowner) = $1 LIMIT 1",
    [role],
  );
  if (owns)
    await asMember(client, role, [`REASSIGN OWNED BY ${client.escapeIdentifier(role)} TO CURRENT_USER`]);
}

/** Whoever made a role may join it, and has to in order to act on what it has. */
async function asMember(client: Client, role: string, statements: readonly string[]): Promise<void> {
  const app = client.escapeIdentifier(role);
  await client.query(`GRANT ${app} TO CURRENT_USER`);
  for (const statement of statements) await client.query(statement);
  await client.query(`REVOKE ${app} FROM CURRENT_USER`);
}

/** What is there already and the owner's to give; an extension's tables are not. */
async function relationsOf(
  client: Client,
  schema: string,
): Promise<readonly { readonly relation: string; readonly isSequence: boolean }[]> {
  const { rows } = await client.query<{ relation: string; isSequence: boolean }>(
    `SELECT format('%I.%I', nspname, relname) AS relation, relkind = 'S' AS "isSequence"
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = $1 AND relkind IN ('r', 'p', 'v', 'm', 'S')
        AND pg_has_role(current_user, relowner, 'USAGE')`,
    [schema],
  );
  return rows;
}

import type { Client } from "pg";

/** A migration as the database has it. */
export interface AppliedMigration {
  readonly name: string;
  /** sha256 of its file; absent where the application does not keep it. */
  readonly hash?: string;
}

/** How the application keeps them. */
export interface AppliedQuery {
  /** With its schema. Where it is not there, none were applied. */
  readonly table: string;
  readonly query: string;
}

/** The migrations that a database has, in their order; none where it was never migrated. */
export async function appliedIn(
  client: Client,
  { table, query }: AppliedQuery,
): Promise<readonly AppliedMigration[]> {
  if (!(await hasTable(client, table))) return [];
  const { rows } = await client.query<{ name: unknown; hash?: unknown }>(query);
  return rows.map(({ name, hash }) => {
    if (typeof name !== "string")
      throw new Error(
        "database.applied.query of rollout.config.ts: expected a text as name in every row it gives",
      );
    return typeof hash === "string" ? { name, hash } : { name };
  });
}

/** @param name with its schema. */
export async function hasTable(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>("SELECT to_regclass($1) IS NOT NULL AS known", [
    name,
  ]);
  return rows[0]?.known === true;
}

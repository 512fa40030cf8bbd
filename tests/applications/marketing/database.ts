import pg from "pg";

const tables = `
  CREATE TABLE segments (id serial PRIMARY KEY, name text NOT NULL, members integer NOT NULL);
  CREATE TABLE campaigns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, segment integer NOT NULL REFERENCES segments,
    delivered integer NOT NULL DEFAULT 0
  );
  CREATE TABLE jobs (
    id bigserial PRIMARY KEY, queue text NOT NULL, campaign uuid REFERENCES campaigns ON DELETE CASCADE,
    priority integer NOT NULL, state text NOT NULL DEFAULT 'waiting'
  );
  CREATE TABLE links (id text PRIMARY KEY, target text NOT NULL);
  INSERT INTO segments (name, members) VALUES ('everyone', 1200), ('newcomers', 80);
  INSERT INTO campaigns (name, segment, delivered) VALUES ('Spring', 1, 1200);
`;

/** Sends one statement; gives its rows. */
export type Ask = <Row extends pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

export interface Database {
  readonly ask: Ask;
  close(): Promise<void>;
}

/** Opens an empty database, with the application's tables and what is in them from the beginning. */
export async function openDatabase(databaseUrl: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  // A session that the server ends, as at its shutdown.
  pool.on("error", () => undefined);
  await pool.query(tables);
  return {
    ask: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    close: () => pool.end(),
  };
}

import pg from "pg";

/** Connections of this process, of which a broken one is replaced. */
export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 3 });
pool.on("error", (error) => log("connection_lost", { error }));

/** A line of JSON. */
export function log(event, { error, ...fields } = {}) {
  const { message, code } = error ?? {};
  console.log(JSON.stringify({ event, ...fields, ...(error ? { error: { message, code } } : {}) }));
}

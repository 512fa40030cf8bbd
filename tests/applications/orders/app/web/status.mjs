import { pool } from "../shared/database.mjs";

/** Whether the shop works, and what it was built from. */
export default async function status(_request, response) {
  const isGood = await pool.query("SELECT FROM orders LIMIT 1").then(
    () => true,
    () => false,
  );
  response
    .writeHead(isGood ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify({ isGood, sourceDigest: SOURCE_DIGEST }));
}

import { timingSafeEqual } from "node:crypto";
import { json } from "node:stream/consumers";
import { log, pool } from "../shared/database.mjs";

/** POST places an order; GET with an id shows one. */
export default async function orders(request, response) {
  const answer = (status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    if (!isAllowed(request.headers.authorization)) return answer(401, { error: "no valid key" });
    const [, id] = /^\/api\/orders\/(\d+)$/.exec(request.url.replace(/\?.*$/, "")) ?? [];
    if (request.method === "GET" && id !== undefined) {
      const { rows } = await pool.query("SELECT id, item, pieces, state, bill FROM orders WHERE id = $1", [
        id,
      ]);
      return rows[0] ? answer(200, rows[0]) : answer(404, { error: "there is no such order" });
    }
    if (request.method !== "POST") return answer(405, { error: "POST an order, or GET one by its id" });
    const { item, pieces } = await json(request);
    const largest = Number(process.env.LARGEST_ORDER);
    if (typeof item !== "string" || !Number.isInteger(pieces) || pieces < 1 || pieces > largest)
      return answer(400, { error: `expected an item, and from 1 to ${largest} pieces of it` });
    const { rows } = await pool.query(
      `WITH placed AS (INSERT INTO orders (item, pieces) VALUES ($1, $2) RETURNING id)
       INSERT INTO queue.task (order_id, kind) SELECT id, 'packing' FROM placed RETURNING order_id AS id`,
      [item, pieces],
    );
    answer(202, rows[0]);
  } catch (error) {
    log("request_failed", { error });
    answer(500, { error: "it could not be done" });
  }
}

/** `API_KEYS` are separated by commas; during a rotation the one before has `;until=TIME` behind it. */
function isAllowed(header = "") {
  const given = Buffer.from(header.replace(/^Bearer /, ""));
  return (process.env.API_KEYS ?? "").split(",").some((text) => {
    const [key, until] = text.split(";until=");
    const known = Buffer.from(key);
    const isValid = known.length > 0 && (until === undefined || Date.now() < Date.parse(until));
    return isValid && known.length === given.length && timingSafeEqual(known, given);
  });
}

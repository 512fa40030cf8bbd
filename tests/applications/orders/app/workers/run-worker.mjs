import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { log, pool } from "../shared/database.mjs";

/**
 * Does the tasks of one kind, one after the other, until the process is asked to end. A task is done in the transaction that
 * takes it, so that one that breaks off is there for the next.
 *
 * @param act gets a connection and the order.
 */
export async function runWorker(kind, act) {
  let isEnding = false;
  const server = createServer((_request, response) => {
    pool.query("SELECT FROM queue.task LIMIT 1").then(
      () => response.end("good"),
      () => response.writeHead(503).end("no database"),
    );
  });
  server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? "0.0.0.0", () =>
    log("started", { kind, port: server.address().port }),
  );
  process.once("SIGTERM", () => (isEnding = true));
  while (!isEnding) {
    const hasActed = await doOne(kind, act).catch((error) => {
      log("task_failed", { kind, error });
      return false;
    });
    if (!hasActed) await sleep(200);
  }
  server.close();
  await pool.end();
}

async function doOne(kind, act) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query(
      `SELECT task.id AS task, orders.* FROM queue.task JOIN orders ON orders.id = order_id
        WHERE kind = $1 AND done_at IS NULL ORDER BY task.id LIMIT 1 FOR UPDATE OF task SKIP LOCKED`,
      [kind],
    );
    const [order] = rows;
    if (order) {
      await act(client, order);
      await client.query("UPDATE queue.task SET done_at = now() WHERE id = $1", [order.task]);
    }
    await client.query("COMMIT");
    return order !== undefined;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

/** Hands an order on. */
export function pass(client, order, state, next) {
  const text = next
    ? "WITH moved AS (UPDATE orders SET state = $2 WHERE id = $1) INSERT INTO queue.task (order_id, kind) VALUES ($1, $3)"
    : "UPDATE orders SET state = $2 WHERE id = $1";
  return client.query(text, next ? [order.id, state, next] : [order.id, state]);
}

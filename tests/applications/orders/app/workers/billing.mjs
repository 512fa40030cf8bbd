import { createHmac } from "node:crypto";
import { pass, runWorker } from "./run-worker.mjs";

const key = process.env.BILLING_KEY;
if (!key) throw new Error("BILLING_KEY is not set");

await runWorker("billing", async (client, order) => {
  const text = `${process.env.SHOP_NAME}: ${order.pieces} ${order.item}`;
  const bill = `${text} #${createHmac("sha256", key).update(text).digest("hex").slice(0, 12)}`;
  await client.query("UPDATE orders SET bill = $2 WHERE id = $1", [order.id, bill]);
  await pass(client, order, "billed", "courier");
});

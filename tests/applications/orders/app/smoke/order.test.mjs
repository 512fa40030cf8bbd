import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const {
  SMOKE_TEST_API_URL: url,
  SMOKE_TEST_API_KEY: key,
  SMOKE_TEST_PROTECTION_BYPASS: bypass,
} = process.env;
const limit = 45_000;

async function ask(path, body) {
  const answer = await fetch(`${url}${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${key}`,
      ...(bypass ? { "x-vercel-protection-bypass": bypass } : {}),
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${path} answers ${answer.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

test("an order is packed, billed and sent", { timeout: limit }, async () => {
  const { id } = await ask("/api/orders", { item: "spoon", pieces: 2 });
  let order;
  do {
    await sleep(100);
    order = await ask(`/api/orders/${id}`);
  } while (order.state !== "sent");
  assert.match(order.bill, /: 2 spoon #[0-9a-f]{12}$/);
});

import { afterEach, describe, expect, it } from "vitest";
import { verifyingServer } from "../shared/loopback.ts";
import { connected } from "./connected.ts";
import type { Behaviour } from "./test-postgres.ts";
import { startPostgres } from "./test-postgres.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function ask(behaviour: Partial<Behaviour>): Promise<unknown> {
  const { url, stop } = await startPostgres({ logsIn: true, query: "answered", closes: true, ...behaviour });
  stops.push(stop);
  return connected(url, { loginMilliseconds: 300, queryMilliseconds: 300 }, (client) =>
    client.query("SELECT $1", ["a"]).then(() => "answered"),
  ).catch((error: unknown) => (error as Error).message);
}

it.each([
  ["postgresql://a@db.example.com/x?sslmode=require", "postgresql://a@db.example.com/x?sslmode=verify-full"],
  [
    "postgresql://a@db.example.com/x?a=b&sslmode=verify-ca&c=d",
    "postgresql://a@db.example.com/x?a=b&sslmode=verify-full&c=d",
  ],
  ["postgresql://a@127.0.0.1/x", "postgresql://a@127.0.0.1/x"],
])("%s is a server whose certificate is verified", (given, used) => {
  expect(verifyingServer(given)).toBe(used);
});

describe("a session", () => {
  it("is closed where the server answers", async () => {
    expect(await ask({})).toBe("answered");
  });

  it("ends although the server never closes its side", async () => {
    expect(await ask({ closes: false })).toBe("answered");
  });

  it.each<[string, Partial<Behaviour>, RegExp]>([
    ["the server accepts connections and never answers a login", { logsIn: false }, /timeout/],
    ["a query is never answered", { query: "never answered" }, /timeout/],
    ["the server is killed during a query", { query: "session killed" }, /terminated/],
  ])("fails where %s", async (_name, behaviour, message) => {
    expect(await ask({ closes: false, ...behaviour })).toMatch(message);
  });
});

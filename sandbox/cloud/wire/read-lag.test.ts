import { Hono } from "hono";
import { beforeEach, describe, expect, it } from "vitest";
import { openReadLag, type ReadLag } from "./read-lag.ts";

let now = 0;
let lag: ReadLag;
let shops: Map<string, string>;
let cloud: Hono;
beforeEach(() => {
  now = 1_000_000;
  shops = new Map([["old", "red"]]);
  lag = openReadLag({ milliseconds: (name) => (name === "fly" ? 0 : 5_000), now: () => now });
  cloud = new Hono();
  cloud.get("/shops", (c) => c.json([...shops.keys()]));
  cloud.get("/shops/:name", (c) => {
    const colour = shops.get(c.req.param("name"));
    return colour === undefined ? c.json({ message: "no such shop" }, 404) : c.json({ colour });
  });
  cloud.post("/shops", async (c) => {
    const { name, colour } = await c.req.json<{ name: string; colour: string }>();
    shops.set(name, colour);
    return c.json({ shop: { name } }, 201);
  });
  cloud.patch("/shops/:name", async (c) => {
    const { colour } = await c.req.json<{ colour: string }>();
    if (colour === "none") return c.json({ message: "no colour" }, 422);
    shops.set(c.req.param("name"), colour);
    return c.json({ colour });
  });
  cloud.delete("/shops/:name", (c) => {
    shops.delete(c.req.param("name"));
    return c.body(null, 204);
  });
});

async function call(
  method: string,
  path: string,
  body?: object,
  name: "neon" | "fly" = "neon",
): Promise<unknown> {
  const request = new Request(`http://cloud${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await lag.answer(name, request, async (each) => cloud.fetch(each));
  return answer.status < 300 && answer.status !== 204 ? answer.json() : answer.status;
}

describe("a read after a change", () => {
  it("shows what was before it, for the time of the lag", async () => {
    expect(await call("GET", "/shops/old")).toEqual({ colour: "red" });
    await call("PATCH", "/shops/old", { colour: "blue" });
    now += 4_999;
    expect(await call("GET", "/shops/old")).toEqual({ colour: "red" });
    now += 1;
    expect(await call("GET", "/shops/old")).toEqual({ colour: "blue" });
  });

  it("shows each of several changes when its own time is over", async () => {
    await call("GET", "/shops/old");
    await call("PATCH", "/shops/old", { colour: "blue" });
    now += 2_000;
    await call("PATCH", "/shops/old", { colour: "green" });
    expect(await call("GET", "/shops/old")).toEqual({ colour: "red" });
    now += 3_000;
    expect(await call("GET", "/shops/old")).toEqual({ colour: "blue" });
    now += 2_000;
    expect(await call("GET", "/shops/old")).toEqual({ colour: "green" });
  });

  it("does not find what was just made, neither by name nor in the list", async () => {
    expect(await call("GET", "/shops")).toEqual(["old"]);
    await call("POST", "/shops", { name: "new", colour: "black" });
    expect([await call("GET", "/shops/new"), await call("GET", "/shops")]).toEqual([404, ["old"]]);
    now += 5_000;
    expect([await call("GET", "/shops/new"), await call("GET", "/shops")]).toEqual([
      { colour: "black" },
      ["old", "new"],
    ]);
  });

  it("finds what was just deleted", async () => {
    await call("GET", "/shops/old");
    await call("DELETE", "/shops/old");
    expect(await call("GET", "/shops/old")).toEqual({ colour: "red" });
    now += 5_000;
    expect(await call("GET", "/shops/old")).toBe(404);
  });

  it("is up to date where the change was refused, was of something else, or the cloud has no lag", async () => {
    await call("GET", "/shops/old");
    await call("PATCH", "/shops/old", { colour: "none" });
    await call("PATCH", "/shops/other", { colour: "grey" });
    shops.set("old", "white");
    expect(await call("GET", "/shops/old")).toEqual({ colour: "white" });
    await call("GET", "/shops/old", undefined, "fly");
    await call("PATCH", "/shops/old", { colour: "blue" }, "fly");
    expect(await call("GET", "/shops/old", undefined, "fly")).toEqual({ colour: "blue" });
  });
});

import { describe, expect, it } from "vitest";
import { cloudFetch } from "./cloud-fetch.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

const json = { "content-type": "application/json" };
const good = (): Response => Response.json({ done: true });
/** A cloud that gives these answers, then good ones; and how often it was asked. */
function cloud(...first: readonly Response[]) {
  const answers = [...first];
  let asked = 0;
  const call = cloudFetch("neon", {
    send: () => {
      asked += 1;
      return Promise.resolve(answers.shift() ?? good());
    },
    pause: () => Promise.resolve(),
  });
  return { call, asked: () => asked };
}
const address = "http://127.0.0.1/projects";

describe("a success that is no answer of the cloud's", () => {
  const rows = [
    ["an HTML page", new Response("<!DOCTYPE html>", { headers: { "content-type": "text/html" } })],
    ["an empty body", new Response(" ", { headers: json })],
    ["JSON that is cut off", new Response('{"a":', { headers: json })],
  ] as const;

  it.each(rows)("counts as lost: %s to a read, which is sent again", async (_what, answer) => {
    const { call, asked } = cloud(answer.clone());
    await expect((await call(address)).json()).resolves.toEqual({ done: true });
    expect(asked()).toBe(2);
  });

  it.each(rows)("counts as lost: %s to a change, which fails with its call", async (what, answer) => {
    const { call, asked } = cloud(answer.clone());
    const error = await call(address, { method: "POST" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreadableAnswer);
    expect(error).toMatchObject({ call: { method: "POST", path: "/projects", status: 200 } });
    expect((error as UnreadableAnswer).what).toContain(what);
    expect(asked()).toBe(1);
  });
});

it.each([
  ["no body, as of 204", new Response(null, { status: 204, headers: json })],
  ["text", new Response("a", { headers: { "content-type": "text/plain" } })],
  ["lines of JSON", new Response("{}\n{}\n", { headers: { "content-type": "application/stream+json" } })],
])("takes a success with %s as it is", async (_what, answer) => {
  const { call } = cloud(answer);
  expect((await call(address, { method: "DELETE" })).status).toBe(answer.status);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { imageDigest, pushedImageDigest } from "./registry.ts";

const reference = "registry.fly.io/worker:content-1";
const prose = { data: null, errors: [{ message: `Could not find image "${reference}"` }] };
const found = { data: { app: { image: { digest: "sha256:1" } } } };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A GraphQL API that gives these answers one after the other, the last one again and again. */
async function answering(...answers: object[]) {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.end(JSON.stringify(answers[Math.min(asked, answers.length - 1)]));
    asked += 1;
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { access: { baseUrl: address, graphqlUrl: address, token: "t" }, asked: () => asked };
}

const limits = { limitMilliseconds: 60_000, signal: new AbortController().signal };

describe("Fly's registry", () => {
  it.each([
    ["prose alone", prose],
    ["prose with another code", { errors: [{ ...prose.errors[0], extensions: { code: "UNPROCESSABLE" } }] }],
    ["a code", { data: null, errors: [{ message: "no such thing", extensions: { code: "NOT_FOUND" } }] }],
    ["no image", { data: { app: { image: null } } }],
  ])("does not have an image where it answers with %s", async (_name, answer) => {
    const { access } = await answering(answer);
    await expect(imageDigest(access, "worker", reference)).resolves.toBeUndefined();
  });

  it("reports any other error", async () => {
    const { access } = await answering({ data: null, errors: [{ message: "the registry is away" }] });
    await expect(imageDigest(access, "worker", reference)).rejects.toThrow("the registry is away");
  });

  it("is asked again for an image that was just pushed", async () => {
    const { access, asked } = await answering(prose, { data: { app: { image: null } } }, found);
    await expect(pushedImageDigest(access, "worker", reference, limits)).resolves.toBe("sha256:1");
    expect(asked()).toBe(3);
  });

  it("is asked within a limit alone", async () => {
    const { access } = await answering(prose);
    await expect(
      pushedImageDigest(access, "worker", reference, { ...limits, limitMilliseconds: 0 }),
    ).rejects.toThrow(`to show ${reference}, which flyctl built and pushed; the last look found`);
  });
});

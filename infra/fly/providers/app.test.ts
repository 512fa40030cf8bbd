import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { provider } from "./app.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Fly with one app, whose reads are answered with these statuses one after the other, then with 200. */
async function flyWith({ created, reads }: { created: number; reads: readonly number[] }) {
  const left = [...reads];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const status = request.method === "POST" ? created : (left.shift() ?? 200);
    calls.push(`${request.method ?? ""} ${request.url ?? ""} ${String(status)}`);
    response.statusCode = status;
    response.end(JSON.stringify(status < 400 ? {} : { error: `status ${String(status)}` }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const access = { fly: { baseUrl, graphqlUrl: baseUrl, token: "t" } };
  return { context: { access, note: () => undefined } as unknown as ProviderContext, calls };
}

const news = { name: "worker", organization: "personal" };
const reads = (...statuses: readonly (readonly [string, number])[]): string[] =>
  statuses.map(([path, status]) => `GET /v1/apps/worker${path} ${String(status)}`);

describe("a new Fly app", () => {
  it("is waited for while Fly answers 404 or 401 for it, whichever call is made", async () => {
    const { context, calls } = await flyWith({ created: 201, reads: [404, 401, 200, 404, 200, 200, 401] });
    await provider.create(news, context);
    expect(calls).toEqual([
      "POST /v1/apps?wait=true 201",
      ...reads(["", 404], ["", 401], ["", 200], ["/secrets", 404]),
      ...reads(["", 200], ["/secrets", 200], ["/machines", 401]),
      ...reads(["", 200], ["/secrets", 200], ["/machines", 200]),
    ]);
  });

  it("is taken over where its create was not heard of, and shown later", async () => {
    const { context } = await flyWith({ created: 422, reads: [404, 401] });
    await expect(provider.create(news, context)).resolves.toMatchObject({ id: "worker" });
  });

  it("is refused at once where another organization has its name", async () => {
    const { context, calls } = await flyWith({ created: 422, reads: [403, 403] });
    await expect(provider.create(news, context)).rejects.toThrow("worker is taken by somebody else");
    expect(calls).toHaveLength(2);
  });

  it("fails for any other answer", async () => {
    const { context } = await flyWith({ created: 201, reads: [400] });
    await expect(provider.create(news, context)).rejects.toThrow("fly answered 400");
  });
});

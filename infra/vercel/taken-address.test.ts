import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isTakenAddress } from "./taken-address.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Whether the address is taken, where Vercel's API and the address itself answer so. */
async function taken(
  api: number,
  site: Response | undefined,
  domain = "atlaris.vercel.app",
): Promise<boolean> {
  const server = createServer((_request, response) => {
    response.writeHead(api).end("{}");
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
  const look: typeof fetch = () => (site ? Promise.resolve(site) : Promise.reject(new Error("no route")));
  return isTakenAddress({ baseUrl, token: "t" }, "team_a", domain, look);
}

const free = (): Response =>
  new Response("", { status: 404, headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" } });

describe("an address under vercel.app", () => {
  it.each([404, 403])(
    "is taken where the team has no such alias (%i) and another site answers",
    async (status) => {
      expect(await taken(status, new Response("hello"))).toBe(true);
      expect(await taken(status, new Response("", { status: 401 }))).toBe(true);
    },
  );

  it("is not taken where it is the team's own, or nobody's", async () => {
    expect(await taken(200, new Response("hello"))).toBe(false);
    expect(await taken(404, free())).toBe(false);
  });

  it("is not called taken where that cannot be seen", async () => {
    expect(await taken(404, undefined)).toBe(false);
    expect(await taken(400, new Response("hello"))).toBe(false);
  });

  it("is none where the domain is another one, which may answer from elsewhere before it is live", async () => {
    expect(await taken(404, new Response("hello"), "atlaris.example")).toBe(false);
  });
});

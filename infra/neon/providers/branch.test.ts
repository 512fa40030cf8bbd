import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { provider } from "./branch.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** As much of Neon's API as the beginning of a branch needs; everything after it fails, as where a run is killed. */
async function neon(): Promise<{
  readonly made: () => Record<string, unknown> | undefined;
  readonly context: ProviderContext;
}> {
  let made: Record<string, unknown> | undefined;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      if (request.method === "POST" && request.url?.endsWith("/branches") === true) {
        made = (JSON.parse(text) as { branch: Record<string, unknown> }).branch;
        response.statusCode = 400;
        response.end(JSON.stringify({ message: "killed" }));
      } else response.end(JSON.stringify({ branches: [], pagination: {} }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => server.close());
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const context = {
    access: { neon: { baseUrl, token: "t" } },
    note: () => undefined,
  } as unknown as ProviderContext;
  return { made: () => made, context };
}

it.each([
  ["one that stays", undefined, 60],
  ["one that ends in a month", new Date(Date.now() + 29 * 86_400_000).toISOString(), 60],
  ["one that ends in ten minutes", new Date(Date.now() + 600_000).toISOString(), 10],
])(
  "a copy of production's rows ends automatically until it is empty: %s",
  async (_which, expiresAt, minutes) => {
    const { made, context } = await neon();
    const begun = Date.now();
    const news = { projectId: "p", parentId: "b", name: "staging", ...(expiresAt ? { expiresAt } : {}) };
    await expect(provider.create(news, context)).rejects.toThrow();
    const end = Date.parse(String(made()?.["expires_at"]));
    expect(Math.round((end - begun) / 60_000)).toBe(minutes);
  },
);

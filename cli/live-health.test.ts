import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { describe, expect, it, vi } from "vitest";
import { liveFaults, watchedIn } from "./live-health.ts";

// Another application than the checkout's, whatever a user declares there.
vi.mock("../rollout.config.ts", async () => ({
  application: (await import("../stacks/settings/test-application.ts")).shop,
}));

const machine = (id: string, state: string, status = "passing"): object => ({
  ...{ id, state, instance_id: "i", region: "fra", checks: [{ name: "health", status }] },
  config: { metadata: {} },
});
const apps: Record<string, readonly object[]> = {
  well: [machine("m1", "started")],
  stopped: [machine("m1", "started"), machine("m2", "stopped")],
  sick: [machine("m3", "started", "critical")],
  empty: [],
};
let web = { status: 200, body: { sourceDigest: "0123456789abcdef" } as object };
const { access, calls } = useTestApi(({ url }) => {
  if (url.startsWith("/health.json")) return web;
  const app = /\/apps\/([^/]+)\/machines/.exec(url)?.[1] ?? "";
  return { status: 200, body: apps[app] ?? [] };
});

const tokens = (): NodeJS.ProcessEnv => ({
  ...{ NEON_API_KEY: "t", FLY_API_TOKEN: "t", VERCEL_API_TOKEN: "t", GITHUB_TOKEN: "t" },
  FLY_FLAPS_BASE_URL: access.baseUrl,
});
const faults = (...names: readonly string[]): Promise<readonly string[]> => {
  const watched = { webUrl: access.baseUrl, workers: Object.fromEntries(names.map((name) => [name, {}])) };
  return liveFaults(watchedIn(watched), tokens());
};

describe("a release that is called live", () => {
  it("has no fault where the web answers and every machine is started and healthy", async () => {
    expect(await faults("well")).toEqual([]);
  });

  it("has each machine named that is stopped or fails its check, and each app without one", async () => {
    expect(await faults("stopped", "sick", "empty")).toEqual([
      "stopped: machine m1 is started (health passing); machine m2 is stopped (health passing)",
      "sick: machine m3 is started (health critical)",
      "empty: no machine",
    ]);
  });

  it("is looked at again before a fault counts, where there is time", async () => {
    const [well = {}] = apps["well"] ?? [];
    apps["starting"] = [machine("m4", "starting")];
    const { length } = calls;
    const looked = faults("starting");
    expect(await looked).toEqual(["starting: machine m4 is starting (health passing)"]);
    expect(calls.length - length).toBe(2);
    const waits: (readonly string[])[] = [];
    const patient = liveFaults(
      { webUrl: undefined, healthPath: "/health.json", apps: ["starting"] },
      tokens(),
      30_000,
      (seen) => waits.push(seen),
    );
    await expect.poll(() => calls.length - length).toBeGreaterThan(2);
    apps["starting"] = [well];
    expect(await patient).toEqual([]);
    // Once, since it has not changed.
    expect(waits.filter(({ length: count }) => count > 0)).toEqual([
      ["starting: machine m4 is starting (health passing)"],
    ]);
  });

  it("is announced as being looked at where the first answer takes long", async () => {
    const held: ServerResponse[] = [];
    const server = createServer((_request, response) => void held.push(response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const webUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const waits: (readonly string[])[] = [];
    const looked = liveFaults({ webUrl, healthPath: "/health.json", apps: [] }, tokens(), 0, (seen) =>
      waits.push(seen),
    );
    await expect.poll(() => waits, { timeout: 10_000 }).toEqual([[]]);
    for (const response of held) response.writeHead(200).end("{}");
    expect(await looked).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  it("has the web named where it fails, and not where Vercel asks for a login", async () => {
    web = { status: 500, body: {} };
    expect(await faults()).toEqual([`${access.baseUrl}: /health.json answers 500`]);
    web = { status: 401, body: {} };
    expect(await faults()).toEqual([]);
  });
});

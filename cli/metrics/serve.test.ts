import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Collected } from "./collect.ts";
import { type MetricsServer, serveMetrics } from "./serve.ts";

let now = 0;
let reads = 0;
let answer: () => Promise<Collected>;
let server: MetricsServer;

const collected = (): Collected => ({
  text: `reads ${String(reads)}\n`,
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  faults: new Map(),
});
const ask = (path: string, method = "GET"): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(server.port)}${path}`, { method });

beforeEach(async () => {
  now = 0;
  reads = 0;
  answer = () => Promise.resolve(collected());
  const read = (): Promise<Collected> => {
    reads += 1;
    return answer();
  };
  server = await serveMetrics({ host: "127.0.0.1", port: 0 }, read, 10_000, () => now);
});
afterEach(() => server.close());

describe("the server of metrics", () => {
  it("answers Prometheus in its format", async () => {
    const response = await ask("/metrics");
    expect(response.headers.get("content-type")).toContain("version=0.0.4");
    expect(await response.text()).toBe("reads 1\n");
  });

  it("asks the sources again only when what it has is too old", async () => {
    await (await ask("/metrics")).text();
    now = 9_999;
    expect(await (await ask("/metrics")).text()).toBe("reads 1\n");
    now = 10_000;
    expect(await (await ask("/metrics")).text()).toBe("reads 2\n");
  });

  it("reads once for scrapes at the same time", async () => {
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    answer = () => gate.then(collected);
    const both = [ask("/metrics"), ask("/metrics")];
    // Answered after both have come in.
    expect((await ask("/-/healthy")).status).toBe(200);
    finish();
    for (const each of both) expect(await (await each).text()).toBe("reads 1\n");
  });

  it("keeps no failure", async () => {
    answer = () => Promise.reject(new Error("a fault of ours"));
    expect((await ask("/metrics")).status).toBe(500);
    answer = () => Promise.resolve(collected());
    expect((await ask("/metrics")).status).toBe(200);
  });

  it("serves nothing else", async () => {
    expect((await ask("/")).status).toBe(404);
    expect((await ask("/metrics", "POST")).status).toBe(405);
  });
});

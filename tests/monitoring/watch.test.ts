import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Histogram, Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judge } from "../../cli/watch/judge.ts";
import type { Sample } from "../../cli/watch/sample.ts";
import { askingPrometheus } from "../../cli/watch/sources/prometheus.ts";
import { type Deliveries, openDeliveries } from "../../sandbox/monitoring/deliveries.ts";
import { type Monitoring, startMonitoring } from "../../sandbox/monitoring/start.ts";
import { watchSchema } from "../../stacks/settings/schema/watch.ts";
import { orSkipped, programs, rulesFolder } from "./programs.ts";

/** For what is awaited on a busy machine, in milliseconds. */
const patience = 90_000;
const settings = watchSchema.parse({ windowSeconds: 10, prometheusLabels: { environment: "shop" } });
const declared = {
  requests: [{ part: "web", histogram: "shop_seconds", errors: { label: "status", matches: "5.." } }],
  business: [{ name: "orders", counter: "shop_seconds_count", labels: { status: "200" } }],
};

/** The real Prometheus, which scrapes an application each second: each scrape finds twenty requests more. */
describe.skipIf(!programs)(`a watch by the real Prometheus${orSkipped}`, { timeout: 3 * patience }, () => {
  const registry = new Registry();
  const seconds = new Histogram({
    ...{ name: "shop_seconds", help: "Requests", registers: [registry], labelNames: ["status"] },
    buckets: [0.1, 1, 2, 5, 10],
  });
  let [scrapes, isBad] = [0, false];
  let exporter: Server;
  let folder = "";
  let monitoring: Monitoring;
  let deliveries: Deliveries;

  beforeAll(async () => {
    if (!programs) return;
    exporter = createServer((_request, response) => {
      scrapes += 1;
      for (let count = 0; count < 20; count += 1)
        seconds.observe({ status: isBad && count < 2 ? "500" : "200" }, isBad && count < 4 ? 3 : 0.05);
      void registry.metrics().then((text) => {
        response.writeHead(200, { "content-type": registry.contentType }).end(text);
      });
    });
    await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
    deliveries = openDeliveries();
    folder = mkdtempSync(join(tmpdir(), "watch-"));
    monitoring = await startMonitoring({
      ...{ programs, rules: rulesFolder, folder, jobs: ["shop"], deliveries, everySeconds: 1 },
    });
    const { port } = exporter.address() as AddressInfo;
    const target = { address: `127.0.0.1:${String(port)}`, labels: { environment: "shop" } };
    monitoring.setTargets({ shop: [target] });
  });
  afterAll(async () => {
    await monitoring.stop();
    exporter.closeAllConnections();
    await new Promise((resolve) => exporter.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it("condemns a release of which a tenth of the requests fail and a fifth are slow, and knows the one before", async () => {
    // A window of the release before, and its first scrape.
    await expect.poll(() => scrapes, { timeout: patience }).toBeGreaterThan(12);
    isBad = true;
    const liveAt = Date.now();
    const source = askingPrometheus({
      ...{ url: monitoring.prometheus, token: undefined, declared, settings, begunAt: liveAt, liveAt },
    });
    const samples: Sample[] = [];
    const isMeasured = async (): Promise<number> => {
      const at = Date.now();
      const {
        performance = [],
        business = [],
        problems = [],
      } = await source.look(at, new AbortController().signal);
      expect(problems).toEqual([]);
      if (performance.length > 0) samples.push({ at, health: [], performance, business, problems });
      return samples.length;
    };
    await expect.poll(isMeasured, { timeout: patience, interval: 1_000 }).toBeGreaterThan(2);
    const [seen] = samples.at(-1)?.performance ?? [];
    expect((seen?.errors ?? 0) / (seen?.requests ?? 1)).toBeCloseTo(0.1, 1);
    expect(seen?.p95).toBeGreaterThan(2);
    expect(seen?.p95).toBeLessThan(5);
    expect(seen?.before).toBeGreaterThan(10);
    expect(samples.at(-1)?.business[0]?.expected).toBeGreaterThan(50);
    const { verdict, findings } = judge(samples, { parts: [], measured: ["web"], counted: [] }, settings);
    expect(verdict).toBe("fail");
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(["p95", "error rate"]));
  });
});

import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deliveries, openDeliveries, type ReceiverKind } from "../../sandbox/monitoring/deliveries.ts";
import { type Monitoring, startMonitoring } from "../../sandbox/monitoring/start.ts";
import { deliverTestAlert } from "../../sandbox/monitoring/test-alert.ts";
import { orSkipped, programs, rulesFolder } from "./programs.ts";

/** For a delivery on a busy machine, in milliseconds: what is awaited is an event, never a time. */
const patience = 90_000;

/** The real Prometheus with the committed rules, and the real Alertmanager with the committed routes. */
describe.skipIf(!programs)(`an alert${orSkipped}`, { timeout: 3 * patience }, () => {
  let page = "";
  let exporter: Server;
  let folder = "";
  let monitoring: Monitoring;
  let deliveries: Deliveries;

  beforeAll(async () => {
    if (!programs) return;
    exporter = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(page);
    });
    await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
    deliveries = openDeliveries();
    folder = mkdtempSync(join(tmpdir(), "monitoring-"));
    monitoring = await startMonitoring({
      programs,
      rules: rulesFolder,
      folder,
      jobs: ["rollout"],
      deliveries,
      everySeconds: 1,
    });
    const { port } = exporter.address() as AddressInfo;
    monitoring.setTargets({ rollout: [{ address: `127.0.0.1:${String(port)}`, labels: {} }] });
  });
  afterAll(async () => {
    await monitoring.stop();
    exporter.closeAllConnections();
    await new Promise((resolve) => exporter.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const arrives = (kind: ReceiverKind, status: "firing" | "resolved", text: string) =>
    deliveries.next(
      `${text} (${status}) by ${kind}`,
      (each) => each.kind === kind && each.status === status && each.text.includes(text),
      patience,
    );

  it("of a failed rollout fires in Prometheus, reaches each receiver of what is critical, and resolves there", async () => {
    page = 'rollout_last_attempt_success{environment="staging"} 0\n';
    await arrives("pagerduty", "firing", "RolloutFailed");
    await arrives("webhook", "firing", "RolloutFailed");
    await arrives("slack", "firing", "A rollout of staging failed");
    page = 'rollout_last_attempt_success{environment="staging"} 1\n';
    await arrives("pagerduty", "resolved", "RolloutFailed");
    await arrives("webhook", "resolved", "RolloutFailed");
    await arrives("slack", "resolved", "A rollout of staging failed");
  });

  it("that is not critical reaches the team by mail, and resolves there", async () => {
    page = 'rollout_running_start_timestamp_seconds{environment="prod"} 1\n';
    await arrives("email", "firing", "prod");
    page = "";
    await arrives("email", "resolved", "prod");
  });

  it("for a test is delivered by every kind of receiver, and ends there", async () => {
    const arrived = await deliverTestAlert(monitoring.alertmanager, deliveries);
    expect(new Set(arrived.map(({ kind }) => kind))).toEqual(
      new Set(["pagerduty", "slack", "webhook", "email"]),
    );
    expect(arrived.filter(({ status }) => status === "resolved")).toHaveLength(5);
  });
});

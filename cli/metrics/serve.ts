import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Collected } from "./collect.ts";

/** Where metrics are served. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`. What was read counts for a while, and scrapes at the same time share one read: however many Prometheus
 * ask, the clouds are asked no more often than that.
 *
 * @param cacheFor in milliseconds.
 * @param now counts milliseconds.
 */
export async function serveMetrics(
  { host, port }: Address,
  read: () => Promise<Collected>,
  cacheFor: number,
  now: () => number,
): Promise<MetricsServer> {
  let kept: { readonly until: number; readonly collected: Promise<Collected> } | undefined;
  const collected = (): Promise<Collected> => {
    if (!kept || now() >= kept.until) {
      const reading = read();
      // It counts from its end: a slow read would otherwise be over before anybody has it.
      kept = { until: Number.POSITIVE_INFINITY, collected: reading };
      const settle = (until: number): void => {
        if (kept?.collected === reading) kept = { until, collected: reading };
      };
      reading.then(
        () => settle(now() + cacheFor),
        () => settle(now()),
      );
    }
    return kept.collected;
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else if (path === "/-/healthy") {
      response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
    } else if (path === "/metrics") {
      collected().then(
        ({ text, contentType }) => response.writeHead(200, { "content-type": contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else {
      response.writeHead(404, { "content-type": "text/plain" }).end("metrics are at /metrics\n");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";

/** What `/health` answers. 200 only while everything that the worker needs is alive. */
export interface WorkerHealth {
  readonly healthy: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `GET /health` and `GET /metrics`.
 */
export async function openHealthServer(
  address: { readonly host: string; readonly port: number },
  health: () => Promise<WorkerHealth>,
  registry: Registry,
): Promise<HealthServer> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === "/health") {
      const { healthy, body } = await health();
      response.writeHead(healthy ? 200 : 503, { "content-type": "application/json" });
      response.end(`${JSON.stringify({ status: healthy ? "ok" : "unavailable", ...body })}\n`);
    } else if (path === "/metrics") {
      response.writeHead(200, { "content-type": registry.contentType });
      response.end(await registry.metrics());
    } else {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("not found\n");
    }
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    answer(path, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

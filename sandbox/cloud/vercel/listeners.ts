import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Loopback listeners by port. */
export class Listeners {
  readonly #servers = new Map<number, Server>();

  /** Answers on `port` from now on. Rejects where the port is taken. */
  async listen(
    port: number,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> {
    const server = createServer(answer);
    // Streams may last; what a request is given is up to the function's own limit.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    // A connection that cannot be taken, for want of descriptors, is that connection's loss only.
    server.on("error", () => undefined);
    this.#servers.set(port, server);
  }

  isListening(port: number): boolean {
    return this.#servers.has(port);
  }

  /** Takes no new request; those in flight have `limitMilliseconds` to end. */
  async close(port: number, limitMilliseconds: number): Promise<void> {
    const server = this.#servers.get(port);
    if (!server) return;
    this.#servers.delete(port);
    const timer = setTimeout(() => server.closeAllConnections(), limitMilliseconds);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(timer);
  }

  async closeAll(limitMilliseconds: number): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((port) => this.close(port, limitMilliseconds)));
  }
}

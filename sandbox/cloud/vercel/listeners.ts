import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Listener {
  readonly server: Server;
  /** Open connections, and whether a request is under way on them. */
  readonly connections: Map<Socket, boolean>;
}

/** Loopback listeners by port. */
export class Listeners {
  readonly #listeners = new Map<number, Listener>();

  /** Answers on `port` from now on. Rejects where the port is taken. */
  async listen(
    port: number,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> {
    const connections = new Map<Socket, boolean>();
    const server = createServer((request, response) => {
      connections.set(request.socket, true);
      response.once("close", () => {
        if (connections.has(request.socket)) connections.set(request.socket, false);
        if (!server.listening) request.socket.end();
      });
      answer(request, response);
    });
    server.on("connection", (socket: Socket) => {
      connections.set(socket, false);
      socket.once("close", () => connections.delete(socket));
    });
    // Streams may last; what a request is given is up to the function's own limit.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    // A connection that cannot be taken, for want of descriptors, is that connection's loss only.
    server.on("error", () => undefined);
    this.#listeners.set(port, { server, connections });
  }

  isListening(port: number): boolean {
    return this.#listeners.has(port);
  }

  /** Takes no new request; those in flight have `limitMilliseconds` to end. */
  async close(port: number, limitMilliseconds: number): Promise<void> {
    const listener = this.#listeners.get(port);
    if (!listener) return;
    this.#listeners.delete(port);
    const { server, connections } = listener;
    const timer = setTimeout(() => server.closeAllConnections(), limitMilliseconds);
    await new Promise((resolve) => {
      server.close(resolve);
      // Node counts a connection without a request yet as busy: clients open such ones in advance.
      for (const [socket, isBusy] of connections) if (!isBusy) socket.destroy();
    });
    clearTimeout(timer);
  }

  async closeAll(limitMilliseconds: number): Promise<void> {
    await Promise.all([...this.#listeners.keys()].map((port) => this.close(port, limitMilliseconds)));
  }
}

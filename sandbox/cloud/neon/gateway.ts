import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * The addresses that clients connect to. Like Neon's proxy it stands before the computes: a connection to one that
 * sleeps wakes it, and waits while it is started or its branch is being restored. Queries pass as they are.
 */
export interface Gateway {
  /** Answers at the port of an endpoint, from now on. */
  open(endpointId: string, port: number): Promise<void>;
  close(endpointId: string): void;
  /** When a client last sent something to the endpoint, in milliseconds; connecting counts. */
  lastActive(endpointId: string): number;
  closeAll(): void;
}

interface Door {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  lastActive: number;
}

/** `reach` gives the port of the endpoint's server, once that accepts connections. */
export function openGateway(
  reach: (endpointId: string) => Promise<number>,
  log: (line: string) => void,
): Gateway {
  const doors = new Map<string, Door>();

  async function pass(endpointId: string, door: Door, client: Socket): Promise<void> {
    // What the client sends until then waits in the socket.
    client.pause();
    const port = await reach(endpointId);
    if (client.destroyed) return;
    const server = connect({ host: "127.0.0.1", port, noDelay: true });
    server.once("error", () => client.destroy());
    // What the server sent last, why it ends the session, still reaches the client.
    server.once("close", () => client.end());
    client.once("close", () => server.resume().end());
    client.on("data", () => (door.lastActive = Date.now()));
    client.pipe(server).pipe(client);
  }

  function welcome(endpointId: string, door: Door, client: Socket): void {
    door.lastActive = Date.now();
    door.sockets.add(client);
    client.setNoDelay(true);
    client.on("error", () => client.destroy());
    client.once("close", () => door.sockets.delete(client));
    pass(endpointId, door, client).catch((error: unknown) => {
      log(`connection to ${endpointId}: ${error instanceof Error ? error.message : String(error)}`);
      client.destroy();
    });
  }

  const close = (endpointId: string): void => {
    const door = doors.get(endpointId);
    doors.delete(endpointId);
    door?.server.close();
    for (const socket of door?.sockets ?? []) socket.destroy();
  };

  return {
    open: (endpointId, port) => {
      if (doors.has(endpointId)) return Promise.resolve();
      const door: Door = {
        server: createServer((client) => welcome(endpointId, door, client)),
        sockets: new Set(),
        lastActive: Date.now(),
      };
      doors.set(endpointId, door);
      return new Promise((resolve, reject) => {
        door.server.once("error", (error: NodeJS.ErrnoException) => {
          doors.delete(endpointId);
          reject(
            error.code === "EADDRINUSE"
              ? new Error(
                  `Port ${port}, which endpoint ${endpointId} has in this sandbox, is used by another program. ` +
                    "Stop that program. bin/sandbox reset chooses another port, and deletes all that the sandbox holds",
                )
              : error,
          );
        });
        door.server.listen(port, "127.0.0.1", resolve);
      });
    },
    close,
    lastActive: (endpointId) => doors.get(endpointId)?.lastActive ?? 0,
    closeAll: () => {
      for (const endpointId of [...doors.keys()]) close(endpointId);
    },
  };
}

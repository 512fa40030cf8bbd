import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

/** An address that answers. */
export interface Listener {
  close(): Promise<void>;
}

/** Serves `routes` on a loopback port; fails naming the port when something else listens there. */
export function listen(name: string, routes: Hono, port: number): Promise<Listener> {
  const server = createAdaptorServer({ fetch: routes.fetch, overrideGlobalObjects: false });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port}, which ${name} has in this sandbox, is used by another program. ` +
                "Stop that, or start anew with: bin/sandbox reset",
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () =>
      resolve({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
  });
}

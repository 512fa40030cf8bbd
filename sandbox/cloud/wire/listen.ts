import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { UserError } from "../../user-error.ts";
import type { Answer } from "./wire.ts";

/** An address that answers. */
export interface Listener {
  close(): Promise<void>;
}

/** Answers on a loopback port; fails naming the port when something else listens there. */
export function listen(name: string, answer: Answer, port: number): Promise<Listener> {
  // Over HTTP/1.1 only, so the bindings are never those of HTTP/2.
  const server = createAdaptorServer({
    fetch: (request, bindings) => answer(request, bindings as HttpBindings),
    overrideGlobalObjects: false,
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UserError(
              `Port ${port}, which ${name} has in this sandbox, is used by another program. ` +
                "Stop that program. bin/sandbox reset chooses another port, and deletes all that the sandbox holds",
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

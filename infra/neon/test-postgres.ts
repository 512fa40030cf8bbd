import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";

/** What a server does with a session, at the moment of its name. */
export interface Behaviour {
  /** Whether it answers the login. */
  readonly logsIn: boolean;
  /** What becomes of a query. */
  readonly query: "answered" | "never answered" | "session killed";
  /** Whether it closes a session that the client has ended. */
  readonly closes: boolean;
}

const message = (type: string, body: Buffer = Buffer.alloc(0)): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const readyForQuery = message("Z", Buffer.from("I"));
/** To a statement with values: parsed, bound, no columns, one row, ready. */
const answer = Buffer.concat([
  message("1"),
  message("2"),
  message("n"),
  message("C", Buffer.from("SELECT 1\0")),
  readyForQuery,
]);

/**
 * As much of PostgreSQL's protocol as a login and statements with values need, from a server that hangs or is killed at a
 * chosen moment: https://www.postgresql.org/docs/current/protocol-flow.html
 */
export async function startPostgres(behaviour: Behaviour): Promise<{
  readonly url: string;
  readonly stop: () => Promise<void>;
}> {
  const sessions = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sessions.add(socket);
    socket.on("error", () => undefined);
    let isLoggedIn = false;
    socket.on("data", (chunk: Buffer) => {
      if (!isLoggedIn) {
        isLoggedIn = true;
        if (behaviour.logsIn) socket.write(Buffer.concat([message("R", Buffer.alloc(4)), readyForQuery]));
        return;
      }
      if (chunk.toString("latin1").startsWith("X")) {
        if (behaviour.closes) socket.end();
        return;
      }
      if (behaviour.query === "session killed") socket.destroy();
      if (behaviour.query === "answered") socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://owner:password@127.0.0.1:${String(port)}/shop`,
    stop: async () => {
      for (const socket of sessions) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

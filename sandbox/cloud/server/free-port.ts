import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below what systems use for outgoing connections, so that a stopped service's port is not taken by one of those.
const lowest = 20_000;
const highest = 31_999;

/** A port that is none of `taken` and that nothing listens on now. */
export async function findPort(taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < highest - lowest; tries += 1) {
    const port = randomInt(lowest, highest + 1);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port between ${lowest} and ${highest}; free some with: bin/sandbox reset`);
}

/** Whether nothing listens on a port of loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

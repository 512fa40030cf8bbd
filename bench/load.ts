import { connect, type Socket } from "node:net";

/** One kind of call, as often as needed. */
export interface Call {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Different ones make each write a write. */
  readonly body?: (round: number) => unknown;
}

/**
 * Calls a second over so many connections that stay open. By bare sockets: a client that parses more would take the
 * processor from what is measured. Rejects when an answer is not 2xx.
 */
export async function requestsPerSecond(
  call: Call,
  { requests, connections }: { readonly requests: number; readonly connections: number },
): Promise<number> {
  let asked = 0;
  const next = (): string | undefined => {
    if (asked === requests) return undefined;
    asked += 1;
    rounds += 1;
    return requestText(call, rounds);
  };
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(new URL(call.origin))));
  const begin = performance.now();
  try {
    await Promise.all(sockets.map((socket) => ask(socket, next, call)));
    return requests / ((performance.now() - begin) / 1_000);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Of all runs: a later one writes something else than those before. */
let rounds = 0;

function requestText({ origin, method, path, token, body }: Call, round: number): string {
  const text = body ? JSON.stringify(body(round)) : "";
  return [
    `${method} ${path} HTTP/1.1`,
    `host: ${new URL(origin).host}`,
    `authorization: Bearer ${token}`,
    ...(body ? ["content-type: application/json", `content-length: ${Buffer.byteLength(text)}`] : []),
    "",
    text,
  ].join("\r\n");
}

function open({ hostname, port }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.setNoDelay(true).once("error", reject);
  });
}

function ask(socket: Socket, next: () => string | undefined, call: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    const send = (): void => {
      const text = next();
      if (text === undefined) resolve();
      else socket.write(text);
    };
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`${call.method} ${call.path}: the connection ended`)));
    // A character a byte: lengths are those of the header.
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      if (!/^HTTP\/1.1 2/.test(received))
        reject(new Error(`${call.method} ${call.path} was answered ${received.slice(9, 12)}`));
      received = "";
      send();
    });
    send();
  });
}

function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2))?.[1];
  if (length !== undefined) return text.length >= head + 4 + Number(length);
  return text.startsWith("HTTP/1.1 204") || text.endsWith("\r\n0\r\n\r\n");
}

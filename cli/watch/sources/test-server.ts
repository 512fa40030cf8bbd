import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { afterEach } from "vitest";

/** What a request is answered with; `date` is the server's clock, in milliseconds since 1970. */
export type TestServerAnswer = (
  url: string,
  headers: Readonly<Record<string, unknown>>,
) => { readonly status?: number; readonly body: string; readonly date?: number };

/** Where the clock of such a server stands, unless an answer sets another time. */
const start = Date.parse("2026-01-01T00:00:00Z");

/** Servers on loopback, ended after each test. */
export function useTestServer(): {
  /** Gives the address. */
  readonly serve: (answer: TestServerAnswer) => Promise<string>;
  readonly close: () => Promise<void>;
} {
  let server: Server | undefined;
  const close = async (): Promise<void> => {
    const closed = server;
    server = undefined;
    if (closed) await new Promise<void>((resolve) => void closed.close(() => resolve()));
  };
  afterEach(close);
  return {
    async serve(answer) {
      const http = createServer((request, response) => {
        const { status = 200, body, date } = answer(request.url ?? "", request.headers);
        response.sendDate = false;
        const headers = { connection: "close", date: new Date(date ?? start).toUTCString() };
        response.writeHead(status, headers).end(body);
      });
      server = http;
      await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
    },
    close,
  };
}

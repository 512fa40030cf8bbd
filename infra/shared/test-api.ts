import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** A call as a cloud gets it; `url` is path and query, `body` is parsed. */
export interface TestCall {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

export interface TestAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A cloud on loopback that answers as the test file sets, while its tests run. */
export function useTestApi(answer: (call: TestCall) => TestAnswer): {
  /** For the clients. */
  readonly access: { readonly baseUrl: string; readonly token: string };
  /** Every call so far; a test empties it by `length = 0`. */
  readonly calls: TestCall[];
} {
  const calls: TestCall[] = [];
  const access = { baseUrl: "", token: "token" };
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const call = { method: request.method ?? "", url: request.url ?? "", body };
      calls.push(call);
      const { status, body: answered, headers } = answer(call);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof answered === "string" ? answered : JSON.stringify(answered ?? {}));
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    access.baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { access, calls };
}

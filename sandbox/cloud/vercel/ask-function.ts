import { Agent, request as startRequest } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import type { FunctionProcess } from "./function-process.ts";

/** An answer that was read to its end. */
export interface FunctionAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface FunctionQuestion {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
}

const agent = new Agent({ keepAlive: false });
/** For an answer, in milliseconds. */
const limit = 60_000;

/** Asks a function without a body, and waits for all of its answer. @throws Error where it gives none */
export async function askFunction(
  target: FunctionProcess,
  { method, url, headers }: FunctionQuestion,
): Promise<FunctionAnswer> {
  const port = await target.port();
  return new Promise((resolve, reject) => {
    const outgoing = startRequest(
      { agent, host: "127.0.0.1", port, method, path: url, headers, setHost: false, timeout: limit },
      (answer) => {
        const { statusCode = 500, headers: answered } = answer;
        buffer(answer).then((body) => resolve({ status: statusCode, headers: answered, body }), reject);
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(new Error("the function gave no answer")));
    outgoing.once("error", reject);
    outgoing.end();
  });
}

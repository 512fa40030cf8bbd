import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { CloudName } from "../emulator.ts";
import type { FaultRule } from "./fault-rule.ts";
import { proxyPage, secondaryLimit, throttled, vendorError } from "./vendor-error.ts";

/** The two ends of one call at the socket. */
export interface CallSocket {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export interface FaultTime {
  now(): number;
  /** Settles after so many milliseconds, or as soon as the signal is aborted; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** By then every client has given up; so that a forgotten one holds nothing for ever. */
const hangLimitMilliseconds = 3_600_000;

/** Does to a call what `rule` demands; `answer` has the cloud carry it out. */
export async function actFault(
  rule: FaultRule,
  cloud: CloudName,
  request: Request,
  { incoming, outgoing }: CallSocket,
  answer: () => Promise<Response>,
  time: FaultTime,
  stopped: AbortSignal,
): Promise<Response> {
  switch (rule.kind) {
    case "status":
      return vendorError(cloud, rule.status ?? 503, time.now());
    case "reset":
      incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    case "hang":
      await hang(outgoing, rule.milliseconds ?? hangLimitMilliseconds, time, stopped);
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case "lost-before":
      await request.arrayBuffer();
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case "lost-after": {
      const lost = await answer();
      await lost.body?.cancel();
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    case "malformed":
      return halved(await answer());
    case "empty":
      return emptied(await answer());
    case "page":
      return proxyPage(rule.status ?? 200);
    case "throttled":
      return throttled(cloud, time.now());
    case "secondary-limit":
      return secondaryLimit(time.now());
    case "drip":
      return dripping(await answer(), rule.milliseconds ?? 5_000, time, stopped);
    case "delay":
      throw new Error("Internal error: a delay is no fault of its own");
  }
}

async function hang(
  outgoing: ServerResponse,
  limitMilliseconds: number,
  time: FaultTime,
  stopped: AbortSignal,
): Promise<void> {
  const end = new AbortController();
  const finish = (): void => end.abort();
  outgoing.once("close", finish);
  stopped.addEventListener("abort", finish, { once: true });
  if (stopped.aborted || outgoing.destroyed) finish();
  await time.sleep(limitMilliseconds, end.signal);
  stopped.removeEventListener("abort", finish);
}

async function halved(answer: Response): Promise<Response> {
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/json");
  return new Response(text.length < 2 ? '{"' : text.slice(0, Math.ceil(text.length / 2)), { headers });
}

async function emptied(answer: Response): Promise<Response> {
  await answer.body?.cancel();
  const headers = new Headers(answer.headers);
  headers.set("content-length", "0");
  return new Response(null, { status: 200, headers });
}

const drops = 10;

/** The same answer, a tenth at a time. */
async function dripping(
  answer: Response,
  milliseconds: number,
  time: FaultTime,
  stopped: AbortSignal,
): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.byteLength === 0) return new Response(null, { status: answer.status, headers: answer.headers });
  const size = Math.max(1, Math.ceil(bytes.byteLength / drops));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (sent > 0) await time.sleep(milliseconds / drops, stopped);
      controller.enqueue(bytes.slice(sent, sent + size));
      sent += size;
      if (sent >= bytes.byteLength) controller.close();
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

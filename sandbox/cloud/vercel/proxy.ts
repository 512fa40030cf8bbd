import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { Agent, request as startRequest } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { getMimeType } from "hono/utils/mime";
import type { FunctionProcess } from "./function-process.ts";

/** Seconds that a function has to answer by default. */
const defaultDuration = 300;
/** The vendor's limit of a request body, in bytes. */
const bodyLimit = 4.5 * 1024 * 1024;
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "transfer-encoding",
];

// Never closes an idle connection; the function's side neither, so that none closes under a request.
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

export const newRequestId = (): string => `fra1::${Date.now()}-${randomBytes(6).toString("hex")}`;

/** The vendor's plain page of a failed request. */
export function sendError(response: ServerResponse, status: number, code: string, id: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = status < 500 ? "The page could not be found" : "A server error has occurred";
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "x-vercel-error": code,
    "x-vercel-id": id,
    server: "Vercel",
  });
  response.end(`${text}\n\n${code}\n\n${id}\n`);
}

export interface ProxiedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: FunctionProcess;
  /** What the function is asked for: path and query. */
  readonly url: string;
  /** Added to the request, over its own. */
  readonly requestHeaders: OutgoingHttpHeaders;
  /** Address of the deployment that answers. */
  readonly deploymentUrl: string;
  /** Added to the function's answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly maxDuration: number | undefined;
  readonly id: string;
}

/** Hands the request to the function and its answer back, both as streams. Never rejects. */
export async function forwardToFunction(proxied: ProxiedRequest): Promise<void> {
  const { request, response, target, id } = proxied;
  // A client that goes away is no fault of ours, and must not end the clouds.
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) {
    sendError(response, 413, "FUNCTION_PAYLOAD_TOO_LARGE", id);
    return;
  }
  const hasBody =
    Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined;
  // A process that died just now took its connections along; what has no body can be asked again.
  const attempts = hasBody ? 1 : 2;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    let port: number;
    try {
      port = await (attempt === 1 ? target.port() : target.portAfterFailure());
    } catch {
      sendError(response, 500, "FUNCTION_INVOCATION_FAILED", id);
      return;
    }
    const outcome = await exchange(proxied, port);
    if (outcome === "done") return;
    if (outcome === "timeout") {
      sendError(response, 504, "FUNCTION_INVOCATION_TIMEOUT", id);
      return;
    }
  }
  sendError(response, 500, "FUNCTION_INVOCATION_FAILED", id);
}

function exchange(proxied: ProxiedRequest, port: number): Promise<"done" | "failed" | "timeout"> {
  const { request, response, id } = proxied;
  return new Promise((resolve) => {
    const outgoing = startRequest({
      agent,
      host: "127.0.0.1",
      port,
      method: request.method,
      path: proxied.url,
      headers: { ...requestHeaders(proxied), ...proxied.requestHeaders },
      setHost: false,
    });
    let hasTimedOut = false;
    const timer = setTimeout(
      () => {
        hasTimedOut = true;
        outgoing.destroy();
      },
      (proxied.maxDuration ?? defaultDuration) * 1000,
    );
    const settle = (outcome: "done" | "failed" | "timeout"): void => {
      clearTimeout(timer);
      response.off("close", abort);
      resolve(outcome);
    };
    const abort = (): void => {
      if (!response.writableFinished) outgoing.destroy();
    };
    response.once("close", abort);
    outgoing.on("error", () => {
      if (response.destroyed) settle("done");
      else settle(hasTimedOut ? "timeout" : "failed");
    });
    outgoing.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.statusMessage, {
        ...withoutHopByHop(answer.headers),
        ...proxied.headers,
        server: "Vercel",
        "x-vercel-cache": "MISS",
        "x-vercel-id": id,
      });
      response.flushHeaders();
      // A function that dies midway leaves a cut answer; the client must see that it was cut.
      pipeline(answer, response).then(
        () => settle("done"),
        () => settle("done"),
      );
    });
    request.pipe(outgoing);
  });
}

/** What a function gets of a request. */
export function requestHeaders({
  request,
  deploymentUrl,
  id,
}: Pick<ProxiedRequest, "request" | "deploymentUrl" | "id">): OutgoingHttpHeaders {
  const from = request.socket.remoteAddress ?? "127.0.0.1";
  const host = request.headers.host ?? deploymentUrl;
  return {
    ...withoutHopByHop(request.headers),
    // Of a streamed body the length is not known.
    ...(request.headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
    host,
    "x-forwarded-for": from,
    "x-forwarded-host": host,
    "x-forwarded-proto": "http",
    "x-real-ip": from,
    "x-vercel-forwarded-for": from,
    "x-vercel-deployment-url": deploymentUrl,
    "x-vercel-id": id,
  };
}

export function withoutHopByHop(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
}

/** Sends a file of the deployment. Never rejects. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(status, {
    "content-type": getMimeType(file) ?? "application/octet-stream",
    "cache-control": "public, max-age=0, must-revalidate",
    "x-vercel-cache": "HIT",
    server: "Vercel",
    ...headers,
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response).catch(() => undefined);
}

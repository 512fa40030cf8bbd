import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import type { RecordedBody, RecordedCall } from "./har.ts";

/** Stands on loopback in front of one cloud, passes every call on and keeps it. */
export interface RecordingProxy {
  /** Without a trailing slash; what follows in the cloud's own address follows here. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Headers of one connection, which the next one has of its own. */
const ofConnection =
  /^(connection|keep-alive|transfer-encoding|upgrade|host|content-length|expect|te|trailer)$/i;

/**
 * @param target Origin of the cloud: `https://api.github.com`.
 * @param keep Gets each call once it has ended.
 */
export async function openRecordingProxy(
  cloud: string,
  target: string,
  keep: (call: RecordedCall) => void,
): Promise<RecordingProxy> {
  let origin = "";
  const server = createServer((request, response) => {
    void passOn(cloud, target, () => origin, keep, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin, close: () => closed(server) };
}

async function passOn(
  cloud: string,
  target: string,
  origin: () => string,
  keep: (call: RecordedCall) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = new Date();
  const begun = performance.now();
  const method = request.method ?? "GET";
  const url = addressAt(target, request.url ?? "/");
  const call = { cloud, startedAt, method, url, requestHeaders: request.headers };
  const seconds = (): { readonly milliseconds: number } => ({ milliseconds: performance.now() - begun });
  // The caller has a limit of its own, and leaves when it is over.
  const left = new AbortController();
  response.once("close", () => left.abort());
  let requestBody: RecordedBody = { size: 0 };
  try {
    const sent = await readAll(request);
    requestBody = bodyOf(sent, request.headers["content-type"]);
    const answer = await fetch(url, {
      method,
      headers: passedOn(request.headers),
      ...(sent.length > 0 ? { body: new Uint8Array(sent) } : {}),
      redirect: "manual",
      signal: left.signal,
    });
    const given = Buffer.from(await answer.arrayBuffer());
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of answer.headers)
      // What is read here is decoded already. Links to further pages lead through here, too.
      if (!ofConnection.test(name) && !/^(content-encoding|set-cookie)$/i.test(name))
        headers[name] = /^(link|location)$/i.test(name) ? value.replaceAll(target, origin()) : value;
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) headers["set-cookie"] = cookies;
    const { status, statusText } = answer;
    const body = bodyOf(given, answer.headers.get("content-type") ?? undefined);
    keep({ ...call, ...seconds(), requestBody, answer: { status, statusText, headers, body } });
    const hasBody = status !== 204 && status !== 304 && method !== "HEAD";
    response.writeHead(status, { ...headers, ...(hasBody ? { "content-length": given.length } : {}) });
    response.end(hasBody ? given : undefined);
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    keep({ ...call, ...seconds(), requestBody, failure: cause ?? (error as Error).name });
    // As a lost connection looks to the caller.
    response.destroy();
  }
}

/**
 * Where a call is passed on to. GitHub's provider plugin takes every host but api.github.com for an Enterprise Server, whose
 * API is below `/api/v3`.
 */
export function addressAt(target: string, path: string): string {
  if (target !== "https://api.github.com") return `${target}${path}`;
  return `${target}${path.replace(/^\/api\/v3(?=\/|$)/, "").replace(/^\/api\/graphql\b/, "/graphql")}`;
}

function bodyOf(bytes: Buffer, type: string | undefined): RecordedBody {
  const isJson = /\bjson\b/i.test(type ?? "");
  return { size: bytes.length, ...(isJson && bytes.length > 0 ? { text: bytes.toString("utf8") } : {}) };
}

function passedOn(headers: IncomingMessage["headers"]): [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => !ofConnection.test(name))
    .flatMap(([name, value]) => [value ?? []].flat().map((each): [string, string] => [name, each]));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

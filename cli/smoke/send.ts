import type { PreflightCheck, Request, Suite } from "./suite-schema.ts";
import type { Values } from "./variables.ts";
import { resolve, resolveAddress, resolveToText } from "./variables.ts";

/** An answer with all of its body. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Size of the body, decoded. */
  readonly bytes: number;
  /** From the request to the end of the body. */
  readonly milliseconds: number;
}

/** Where requests go, and what all of them have. */
export interface Sender {
  readonly baseUrl: string;
  readonly defaults: Suite["defaults"];
  readonly values: Values;
  /** Milliseconds of a clock that only advances. */
  readonly now: () => number;
}

/** More is not read: a body that never ends would fill the memory. */
const mostBytes = 20 * 1024 * 1024;

/** Sends a request once; whether it is sent again is for the check to say. Redirects are not followed. */
export async function sendRequest(
  request: Request,
  { baseUrl, defaults, values, now }: Sender,
  signal: AbortSignal,
): Promise<Answer> {
  const { method, path, url, headers, json, text, credentials } = request;
  // An address that the answer or the suite names may be of another host, which is given no key.
  const shared =
    url === undefined ? { ...defaults.headers, ...(credentials ? defaults.credentials : {}) } : {};
  const address =
    url === undefined ? `${baseUrl}${resolveAddress(path ?? "", values)}` : resolveAddress(url, values);
  const body = json === undefined ? text : JSON.stringify(resolve(json, values));
  return send(
    address,
    {
      method,
      headers: sentHeaders(
        [shared, json === undefined ? {} : { "content-type": "application/json" }, headers ?? {}],
        values,
      ),
      ...(body === undefined ? {} : { body: json === undefined ? resolveToText(body, values) : body }),
    },
    { signal, limit: request.timeoutMs ?? defaults.timeoutMs, now },
  );
}

/** As a browser asks before a request to another origin, without credentials (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
export async function sendPreflight(
  { path, origin, method, headers }: PreflightCheck["preflight"],
  { baseUrl, defaults, values, now }: Sender,
  signal: AbortSignal,
): Promise<Answer> {
  const asked = headers.map((name) => name.toLowerCase()).sort();
  const own = {
    origin: resolveToText(origin, values),
    "access-control-request-method": method,
    ...(asked.length > 0 ? { "access-control-request-headers": asked.join(",") } : {}),
  };
  return send(
    `${baseUrl}${resolveAddress(path, values)}`,
    { method: "OPTIONS", headers: sentHeaders([defaults.headers, own], values) },
    { signal, limit: defaults.timeoutMs, now },
  );
}

/** Names are the same in any case; what is empty, such as a key that an environment does not have, is not sent. */
function sentHeaders(
  groups: readonly Readonly<Record<string, string>>[],
  values: Values,
): Record<string, string> {
  const all = groups.flatMap((group) =>
    Object.entries(group).map(([name, value]) => [name.toLowerCase(), resolveToText(value, values)] as const),
  );
  return Object.fromEntries(Object.entries(Object.fromEntries(all)).filter(([, value]) => value !== ""));
}

async function send(
  url: string,
  init: RequestInit,
  {
    signal,
    limit,
    now,
  }: { readonly signal: AbortSignal; readonly limit: number; readonly now: () => number },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(limit);
  const started = now();
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
    });
    const body = await readBody(response);
    return {
      url,
      status: response.status,
      headers: response.headers,
      text: body.toString("utf8"),
      bytes: body.length,
      milliseconds: now() - started,
    };
  } catch (error) {
    // What the abort itself is called does not help.
    throw timeout.aborted && !signal.aborted ? new Error(`no complete answer within ${limit} ms`) : error;
  }
}

async function readBody(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error(`a body of more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

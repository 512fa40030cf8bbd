import type { Redactor } from "./redact.ts";
import { secretHeader } from "./redact.ts";

/** One call as it went through the proxy. */
export interface RecordedCall {
  readonly cloud: string;
  readonly startedAt: Date;
  readonly milliseconds: number;
  readonly method: string;
  /** At the cloud, not at the proxy. */
  readonly url: string;
  readonly requestHeaders: Headers;
  readonly requestBody: RecordedBody;
  /** Absent where no answer came. */
  readonly answer?: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: Headers;
    readonly body: RecordedBody;
  };
  /** Why none came. */
  readonly failure?: string;
}

/** What was sent or answered. */
export interface RecordedBody {
  readonly size: number;
  /** Of JSON alone: anything else may be a complete build. */
  readonly text?: string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The calls as a HAR file, version 1.2 (w3c.github.io/web-performance/specs/HAR/Overview.html), without secrets. */
export function harOf(calls: readonly RecordedCall[], version: string, redactor: Redactor): string {
  const ordered = [...calls].sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  const entries = ordered.map((call) => entryOf(call, redactor));
  const log = { version: "1.2", creator: { name: "bin/rollout", version }, entries };
  // At the end: a secret may stand in a call before the one that shows that it is a secret.
  return `${redactor.text(JSON.stringify({ log }, undefined, 1))}\n`;
}

function entryOf(call: RecordedCall, redactor: Redactor): object {
  const { startedAt, milliseconds, method, url, requestHeaders, requestBody, answer, failure } = call;
  return {
    startedDateTime: startedAt.toISOString(),
    time: Math.round(milliseconds),
    _cloud: call.cloud,
    request: {
      method,
      url,
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: headersOf(requestHeaders),
      queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
      ...(requestBody.size === 0
        ? {}
        : { postData: { mimeType: typeOf(requestHeaders), ...textOf(requestBody, redactor) } }),
      headersSize: -1,
      bodySize: requestBody.size,
    },
    response: {
      status: answer?.status ?? 0,
      statusText: answer?.statusText ?? "",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: headersOf(answer?.headers ?? {}),
      content: {
        size: answer?.body.size ?? 0,
        mimeType: typeOf(answer?.headers ?? {}),
        ...(answer ? textOf(answer.body, redactor) : {}),
      },
      redirectURL: "",
      headersSize: -1,
      bodySize: answer?.body.size ?? -1,
      ...(failure === undefined ? {} : { _error: failure }),
    },
    cache: {},
    timings: { send: 0, wait: Math.round(milliseconds), receive: 0 },
  };
}

function textOf({ text }: RecordedBody, redactor: Redactor): object {
  const kept = text === undefined ? undefined : redactor.body(text);
  return kept === undefined ? {} : { text: kept };
}

function headersOf(headers: Headers): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(headers)
    .filter(([name]) => !secretHeader.test(name))
    .flatMap(([name, value]) => [value ?? []].flat().map((each) => ({ name, value: each })));
}

const typeOf = (headers: Headers): string => String(headers["content-type"] ?? "");

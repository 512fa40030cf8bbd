import { setTimeout as delay } from "node:timers/promises";

export interface RestClientOptions {
  /** Ends with a slash; paths are relative to it. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The vendor's message in the body of a failure. */
  messageOf(body: unknown): string | undefined;
}

export interface RestClient {
  /** Calls; gives the answer's JSON, or nothing when there is none. Throws `RestError` on any status but 2xx. */
  call(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<unknown>;
}

/** A call that was answered with a failure. */
export class RestError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "RestError";
    this.status = status;
  }
}

const answerLimitMilliseconds = 30_000;
const attempts = 4;
const firstWaitMilliseconds = 500;
const longestWaitMilliseconds = 20_000;

/**
 * A client that waits and tries again on 429, on 5xx and when no answer comes; a POST only where the vendor documents that it
 * did nothing, since it may have acted.
 */
export function openRestClient(options: RestClientOptions): RestClient {
  return {
    call: async (method, path, signal, body) => {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await send(options, method, path, signal, body);
        if (!(outcome instanceof Failure)) return outcome.value;
        const isSafe = method !== "POST" || outcome.status === 429 || outcome.status === 503;
        if (attempt === attempts || !outcome.isPassing || !isSafe || signal.aborted) throw outcome.error;
        const wait = outcome.retryAfterMilliseconds ?? firstWaitMilliseconds * 2 ** (attempt - 1);
        await delay(Math.min(wait, longestWaitMilliseconds), undefined, { signal });
      }
    },
  };
}

class Failure {
  readonly error: Error;
  readonly status: number;
  readonly retryAfterMilliseconds: number | undefined;

  constructor(error: Error, status: number, retryAfterMilliseconds?: number) {
    this.error = error;
    this.status = status;
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }

  /** Whether the same call may go well a little later; 0 stands for no answer. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function send(
  options: RestClientOptions,
  method: string,
  path: string,
  signal: AbortSignal,
  body: unknown,
): Promise<Failure | { readonly value: unknown }> {
  const url = new URL(path, options.baseUrl);
  // A query may hold what is confidential.
  const call = `${method} ${url.origin}${url.pathname}`;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...options.headers,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimitMilliseconds)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const value: unknown = parse(text);
    if (response.ok) return { value };
    const message = options.messageOf(value) ?? text.slice(0, 200);
    const retryAfter = Number(response.headers.get("retry-after"));
    return new Failure(
      new RestError(`${call}: ${response.status} ${message}`, response.status),
      response.status,
      retryAfter > 0 ? retryAfter * 1000 : undefined,
    );
  } catch (cause) {
    const error = cause as Error & { cause?: Error };
    return new Failure(new Error(`${call}: ${error.cause?.message ?? error.message}`, { cause }), 0);
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Gives nothing where the vendor answers that there is no such thing. */
export async function orAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return undefined;
    throw error;
  }
}

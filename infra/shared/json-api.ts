import type { Access } from "../dynamic/cloud-access.ts";

/** An answer of a cloud that is not a success. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(cloud: string, call: string, status: number, body: unknown, requestId: string | undefined) {
    super(
      `${cloud} answered ${String(status)} to ${call}: ${reason(body)}${requestId ? ` (request ${requestId})` : ""}`,
    );
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

function reason(body: unknown): string {
  if (typeof body === "string") return body.slice(0, 300) || "no body";
  const fields = body as { error?: unknown; message?: unknown } | null;
  const inner = (fields?.error as { message?: unknown } | null | undefined)?.message;
  const message = fields?.message ?? inner ?? fields?.error ?? body;
  return (typeof message === "string" ? message : JSON.stringify(message)).slice(0, 300);
}

/** No answer of a cloud, or one that cannot be read. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export interface JsonCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** A create may be sent again only where the cloud treats the second one as the same. Default: every method but POST. */
  readonly repeatable?: boolean;
  /** Default 30,000. */
  readonly limitMilliseconds?: number;
}

export type JsonApi = <T>(call: JsonCall) => Promise<T>;

const tries = 4;

/**
 * A client for a cloud that has no maintained library. Sends again after 429 and, where the call may be repeated, after a
 * lost connection and 5xx: 0.25, 0.5, 1 s later, or when `retry-after` says. A 503 may have acted: a proxy sends it too.
 *
 * @throws ApiError with status and body of an answer that is not a success.
 */
export function jsonApi(cloud: string, access: Access, fetcher: typeof fetch = fetch): JsonApi {
  return async <T>(call: JsonCall): Promise<T> => {
    const name = `${call.method} ${call.path}`;
    const repeatable = call.repeatable ?? call.method !== "POST";
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetcher(`${access.baseUrl}${call.path}`, {
          method: call.method,
          headers: {
            authorization: `Bearer ${access.token}`,
            accept: "application/json",
            ...(call.body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
          signal: AbortSignal.timeout(call.limitMilliseconds ?? 30_000),
        });
        const text = await answer.text();
        if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
        const again = answer.status === 429 || (repeatable && answer.status >= 500);
        if (!again || attempt === tries)
          throw new ApiError(
            cloud,
            name,
            answer.status,
            parse(text),
            answer.headers.get("fly-request-id") ?? answer.headers.get("x-vercel-id") ?? undefined,
          );
        await pause(attempt, answer.headers.get("retry-after"));
      } catch (error) {
        if (error instanceof ApiError) throw error;
        if (!repeatable || attempt === tries)
          throw new NoAnswer(`${cloud} did not answer ${name}: ${connectionReason(error)}`, { cause: error });
        await pause(attempt, null);
      }
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function connectionReason(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

async function pause(attempt: number, retryAfter: string | null): Promise<void> {
  const asked = Number(retryAfter);
  const milliseconds = asked > 0 ? Math.min(asked, 30) * 1000 : 125 * 2 ** attempt;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import type { Access } from "./cloud-access.ts";
import type { CloudCall, ErrorOfCall } from "./cloud-call.ts";
import { callOf } from "./cloud-call.ts";
import type { CallOptions, CloudFetch } from "./cloud-fetch.ts";
import { cloudFetch } from "./cloud-fetch.ts";
import type { Cloud } from "./cloud-names.ts";

/** An answer of a cloud that is not a success. */
export class ApiError extends Error implements ErrorOfCall {
  readonly status: number;
  readonly body: unknown;
  readonly call: CloudCall;

  /** @param call method and path. */
  constructor(cloud: Cloud, call: string, status: number, body: unknown, requestId: string | undefined) {
    super(
      `${cloud} answered ${String(status)} to ${call}: ${reason(body)}${requestId ? ` (request ${requestId})` : ""}`,
    );
    const [method = "", path = ""] = call.split(" ");
    this.call = callOf(cloud, method, path, status);
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

export interface JsonCall extends CallOptions {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

export type JsonApi = <T>(call: JsonCall) => Promise<T>;

/**
 * A client for a cloud that has no maintained library.
 *
 * @throws ApiError with status and body of an answer that is not a success, NoAnswer where none came.
 */
export function jsonApi(cloud: Cloud, access: Access, send: CloudFetch = cloudFetch(cloud)): JsonApi {
  return async <T>({ method, path, body, ...options }: JsonCall): Promise<T> => {
    const name = `${method} ${path}`;
    try {
      const answer = await send(
        `${access.baseUrl}${path}`,
        {
          method,
          headers: {
            ...(access.tokenHeader === undefined
              ? { authorization: `Bearer ${access.token}` }
              : { [access.tokenHeader]: access.token }),
            accept: "application/json",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        options,
      );
      const text = await answer.text();
      if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
      const requestId =
        answer.headers.get("fly-request-id") ?? answer.headers.get("x-vercel-id") ?? undefined;
      throw new ApiError(cloud, name, answer.status, parse(text), requestId);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new NoAnswer(`${cloud} did not answer ${name}: ${connectionReason(error)}`, { cause: error });
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

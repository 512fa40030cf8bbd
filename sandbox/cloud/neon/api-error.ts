import { randomUUID } from "node:crypto";
import type { GeneralError } from "@neon/sdk";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ZodError } from "zod";
import { refused } from "../wire/call-notes.ts";

/** An answer that refuses, in Neon's form. Most of Neon's own have an empty code. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, message: string, code = "") {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

/** The answer to a call while another works on the same project; clients try again. */
export const locked = (): ApiError =>
  new ApiError(
    423,
    "project already has running conflicting operations, scheduling of new ones is prohibited",
  );

const notInSandbox = "NOT_IN_SANDBOX";

/** The answer to what Neon does and the sandbox does not; docs/sandbox.md lists it. */
export const unsupported = (what: string): ApiError =>
  new ApiError(400, `the sandbox does not support ${what}`, notInSandbox);

export function refuse(context: Context, error: unknown, log: (line: string) => void): Response {
  const answer = asApiError(error);
  for (const what of unknownIn(error)) refused(context, what);
  if (answer.status >= 500) log(`${context.req.method} ${context.req.path}: ${answer.message}`);
  const body: GeneralError = { request_id: requestId(context), code: answer.code, message: answer.message };
  return context.json(body, answer.status);
}

/** The id of this call, which every answer has in a header (neon-api-python, cassettes). */
export function requestId(context: Context): string {
  const id = context.res.headers.get(requestIdHeader) ?? randomUUID();
  context.header(requestIdHeader, id);
  return id;
}

const requestIdHeader = "x-neon-ret-request-id";

/** What of a call the sandbox does not know; `bin/sandbox status` shows it. */
function unknownIn(error: unknown): readonly string[] {
  if (error instanceof ZodError)
    return error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key].join(".")) : [],
    );
  return error instanceof ApiError && error.code === notInSandbox ? [error.message] : [];
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ZodError)
    return new ApiError(
      400,
      error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "),
    );
  return new ApiError(500, error instanceof Error ? error.message : String(error), "INTERNAL");
}

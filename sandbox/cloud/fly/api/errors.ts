import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { readJsonBody } from "../../wire/read-body.ts";

/** An answer in the Machines API's form: `{"error": "…", "status": "…"}`. */
export class FlyError extends Error {
  readonly httpStatus: ContentfulStatusCode;
  readonly code: string | undefined;

  constructor(httpStatus: ContentfulStatusCode, message: string, code?: string) {
    super(message);
    this.httpStatus = httpStatus;
    this.code = code;
  }
}

export function answerError(error: unknown, c: Context): Response {
  if (error instanceof FlyError)
    return c.json(
      { error: error.message, ...(error.code === undefined ? {} : { status: error.code }) },
      error.httpStatus,
    );
  const message = error instanceof Error ? error.message : String(error);
  return c.json({ error: `internal: ${message}` }, 500);
}

/** The body of a request, checked; an unknown or wrong field is named in a 400. */
export const readBody = <Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> =>
  readJsonBody(c, schema, {
    unreadable: () => new FlyError(400, "invalid JSON in request body"),
    invalid: ({ issues: [issue] }) => {
      const path = issue?.path.join(".") ?? "";
      const where = path === "" ? "" : `${path}: `;
      return new FlyError(400, `invalid request body: ${where}${issue?.message ?? "unreadable"}`);
    },
  });

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { refused } from "../../wire/call-notes.ts";

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
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === "" ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new FlyError(400, "invalid JSON in request body");
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) refused(c, [...issue.path, key].join("."));
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new FlyError(
    400,
    `invalid request body: ${path === "" ? "" : `${path}: `}${issue?.message ?? "unreadable"}`,
  );
}

import type { Context } from "hono";
import { z } from "zod";
import { ProblemError, type FieldError } from "./problem.ts";

const badRequest = (errors: readonly FieldError[]): ProblemError =>
  new ProblemError({ status: 400, title: "The request is not valid", errors });

/** The request's body as `schema` wants it. Otherwise a 400 that names every field at fault, or a 415. */
export async function readJsonBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i.test(context.req.header("content-type") ?? "")) {
    throw new ProblemError({
      status: 415,
      title: "The body has to be JSON",
      detail: "Send the header: Content-Type: application/json",
    });
  }
  return parseBody(await context.req.text(), schema);
}

/** Refuses a body where none is expected; an empty object is as good as nothing. */
export async function refuseBody(context: Context): Promise<void> {
  const text = await context.req.text();
  if (text.trim() !== "") parseBody(text, z.strictObject({}, "must be empty"));
}

function parseBody<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest([{ field: "body", message: "is not JSON" }]);
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw badRequest(
    result.error.issues.flatMap((issue): FieldError[] => {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => ({ field: key, message: "is not a known field" }));
      }
      return [{ field: issue.path.join(".") || "body", message: issue.message }];
    }),
  );
}

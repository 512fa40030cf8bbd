import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { refused } from "../wire/call-notes.ts";

/** A refusal in the vendor's form: `{ "error": { code, message, … } }`. */
export class VercelError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  /** Further fields of the error object, such as `missing` of `missing_files`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  toBody(): object {
    return { error: { code: this.code, message: this.message, ...this.details } };
  }
}

export function notFound(message: string): VercelError {
  return new VercelError(404, "not_found", message);
}

export function badRequest(message: string): VercelError {
  return new VercelError(400, "bad_request", message);
}

/** The body as `schema` wants it; unknown fields are refused as the vendor does. An absent body is `{}`. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text();
  let body: unknown = {};
  try {
    if (text !== "") body = JSON.parse(text);
  } catch {
    throw badRequest("Invalid JSON");
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  for (const what of unknownKeys(parsed.error.issues)) refused(c, what);
  throw badRequest(`Invalid request: ${describe(parsed.error)}`);
}

/** Names of the fields that no form of the body has. */
function unknownKeys(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key].join("."));
    return issue.code === "invalid_union" ? issue.errors.flatMap(unknownKeys) : [];
  });
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const path = issue.path.join(".");
      const of = path === "" ? "" : `\`${path}\` `;
      return issue.code === "unrecognized_keys"
        ? `${of}should NOT have additional property \`${issue.keys.join("`, `")}\`.`
        : `${of}${issue.message}.`;
    })
    .join(" ");
}

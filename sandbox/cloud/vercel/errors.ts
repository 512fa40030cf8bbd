import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { readJsonBody } from "../wire/read-body.ts";

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

/** The body as `schema` requires it; unknown fields are refused as the vendor does. */
export const readBody = <Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> =>
  readJsonBody(c, schema, {
    unreadable: () => badRequest("Invalid JSON"),
    invalid: (error) => badRequest(`Invalid request: ${describe(error)}`),
  });

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

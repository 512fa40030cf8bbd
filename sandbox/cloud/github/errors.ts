import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { readJsonBody } from "../wire/read-body.ts";

/** One entry of a refusal's `errors`. */
export interface FieldFault {
  readonly resource: string;
  readonly code: "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  readonly field?: string;
  readonly message?: string;
  readonly [detail: string]: unknown;
}

/** A refusal in the vendor's form: `{ message, errors?, documentation_url, status }`. */
export class GithubError extends Error {
  readonly status: ContentfulStatusCode;
  readonly errors: readonly (FieldFault | string)[] | undefined;
  /** Of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    message: string,
    errors?: readonly (FieldFault | string)[],
    headers = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  toBody(): object {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: "https://docs.github.com/rest",
      // The document of a merge's 405 has no status.
      ...(this.status === 405 ? {} : { status: String(this.status) }),
    };
  }
}

export const notFound = (): GithubError => new GithubError(404, "Not Found");

export function invalid(fault: FieldFault): GithubError {
  return new GithubError(422, "Validation Failed", [fault]);
}

/**
 * The body as `schema` requires it. GitHub ignores a field that it does not know; here it is refused, in the form that
 * GitHub has for it, since a sandbox should show mistakes.
 */
export const readBody = <Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> =>
  readJsonBody(c, schema, {
    unreadable: () => new GithubError(400, "Problems parsing JSON"),
    invalid: ({ issues }) => {
      const faults = issues.map((issue) => {
        if (issue.code === "unrecognized_keys") return `"${issue.keys.join('", "')}" is not a permitted key.`;
        const path = issue.path.join(".");
        return `For ${path === "" ? "the body" : `'properties/${path}'`}, ${issue.message}.`;
      });
      return new GithubError(422, `Invalid request.\n\n${faults.join("\n")}`);
    },
  });

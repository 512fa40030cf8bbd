import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** One invalid field. */
export interface FieldError {
  /** Its path in the body, such as `topic`; `body` for all of the body. */
  readonly field: string;
  readonly message: string;
}

export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

/** An error that is answered as it is. Everything else that is thrown becomes a 500 without details. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.title);
    this.problem = problem;
    this.headers = headers;
  }
}

/** Answers a problem in the form of RFC 9457. */
export function answerProblem(
  context: Context,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return context.body(JSON.stringify({ type: "about:blank", ...problem }), problem.status, {
    ...headers,
    "content-type": "application/problem+json",
  });
}

import type { Access } from "../shared/cloud-access.ts";
import type { CloudCall, ErrorOfCall } from "../shared/cloud-call.ts";
import { callOf } from "../shared/cloud-call.ts";
import { cloudFetch } from "../shared/cloud-fetch.ts";
import { isRefusal } from "../shared/retry-table.ts";

/** One repository on GitHub. */
export interface Repository {
  readonly owner: string;
  readonly repository: string;
}

/** GitHub's official client with our limits. */
export type GitHub = Awaited<ReturnType<typeof openGitHub>>;

/** Opens the client. What can be sent again is (`retryTable`). */
export async function openGitHub(access: Access) {
  const { Octokit } = await import("@octokit/rest");
  const octokit = new Octokit({
    auth: access.token,
    baseUrl: access.baseUrl,
    log: silent,
    request: { fetch: cloudFetch("github") },
  });
  octokit.hook.wrap("request", async (request, options) => {
    try {
      const answer = await request(options);
      // Octokit passes on as text what it cannot parse.
      if (typeof answer.data === "string" && /json/.test(answer.headers["content-type"] ?? ""))
        throw new GitHubError(
          `github answered ${options.method} ${options.url} with no JSON`,
          undefined,
          answer,
        );
      return answer;
    } catch (error) {
      throw named(error);
    }
  });
  return octokit;
}

/** Octokit would write to the console. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Errors reach the caller as exceptions.
}

function named(error: unknown): Error {
  if (error instanceof GitHubError) return error;
  const { message, request, response } = error as {
    message: string;
    request?: { method: string; url: string };
    response?: { status: number; headers?: Readonly<Record<string, string | undefined>> };
  };
  const status = response?.status;
  const call = request ? `${request.method} ${new URL(request.url).pathname}` : "a call";
  const said =
    status === undefined ? `github did not answer ${call}` : `github answered ${String(status)} to ${call}`;
  const missingRight =
    status === 403 && message.includes("Resource not accessible")
      ? (response?.headers?.["x-accepted-github-permissions"] ?? "")
      : undefined;
  return new GitHubError(`${said}: ${message}`, status, error, {
    missingRight,
    call: request && callOf("github", request.method, new URL(request.url).pathname, status),
    isRateLimit:
      status !== undefined &&
      isRefusal("github", {
        status,
        hasRetryAfter: response?.headers?.["retry-after"] !== undefined,
        text: message,
      }),
  });
}

/** An answer of GitHub that is not a success; without a status when there was none. */
export class GitHubError extends Error implements Partial<ErrorOfCall> {
  readonly status: number | undefined;
  /** The rights that the call requires (`checks=read`), where the token lacks them; empty where GitHub does not name them. */
  readonly missingRight: string | undefined;
  /** Whether there were too many calls; the same one is taken later. */
  readonly isRateLimit: boolean;
  readonly call?: CloudCall;

  constructor(
    message: string,
    status: number | undefined,
    cause: unknown,
    reason: {
      readonly missingRight?: string | undefined;
      readonly isRateLimit?: boolean;
      readonly call?: CloudCall | undefined;
    } = {},
  ) {
    super(message, { cause });
    this.name = "GitHubError";
    this.status = status;
    this.missingRight = reason.missingRight;
    this.isRateLimit = reason.isRateLimit ?? false;
    if (reason.call) this.call = reason.call;
  }
}

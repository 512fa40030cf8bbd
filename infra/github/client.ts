import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";

/** One repository on GitHub. */
export interface Repository {
  readonly owner: string;
  readonly repository: string;
}

/** GitHub's official client with our limits. */
export type GitHub = Awaited<ReturnType<typeof openGitHub>>;

const limitMilliseconds = 30_000;

/** Opens the client. A call that only reads is sent again after a lost connection, 429 or 5xx. */
export async function openGitHub(access: Access) {
  const { Octokit } = await import("@octokit/rest");
  const octokit = new Octokit({
    auth: access.token,
    baseUrl: access.baseUrl,
    log: silent,
    request: { fetch: watchedFetch("github") },
  });
  octokit.hook.wrap("request", async (request, options) => {
    const tries = options.method === "GET" ? 4 : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(limitMilliseconds) },
        });
        // Octokit passes on as text what it cannot parse.
        if (typeof answer.data === "string" && /json/.test(answer.headers["content-type"] ?? ""))
          throw new GitHubError(
            `github answered ${options.method} ${options.url} with no JSON`,
            undefined,
            answer,
          );
        return answer;
      } catch (error) {
        const status = (error as { status?: number }).status ?? 500;
        if (attempt === tries || (status < 500 && status !== 429)) throw named(error);
        await new Promise((resolve) => setTimeout(resolve, 125 * 2 ** attempt));
      }
    }
  });
  return octokit;
}

/** Octokit writes to the console by itself otherwise. */
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
  return new GitHubError(`${said}: ${message}`, status, error, missingRight);
}

/** An answer of GitHub that is not a success; without a status when there was none. */
export class GitHubError extends Error {
  readonly status: number | undefined;
  /** The rights that the call requires (`checks=read`), where the token lacks them; empty where GitHub does not name them. */
  readonly missingRight: string | undefined;

  constructor(message: string, status: number | undefined, cause: unknown, missingRight?: string) {
    super(message, { cause });
    this.name = "GitHubError";
    this.status = status;
    this.missingRight = missingRight;
  }
}

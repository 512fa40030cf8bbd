import { setTimeout as delay } from "node:timers/promises";
import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";
import { currentLimit } from "../shared/time-limit.ts";

/** One repository on GitHub. */
export interface Repository {
  readonly owner: string;
  readonly repository: string;
}

/** GitHub's official client with our limits. */
export type GitHub = Awaited<ReturnType<typeof openGitHub>>;

const limitMilliseconds = 30_000;
const tries = 4;
/** Longest time that one call waits before it is sent again, in all; less than a lease lasts without a renewal. */
const longestWait = 65_000;

/**
 * Opens the client. A call that only reads is sent again after a lost connection or 5xx; every call after a refusal by
 * GitHub's secondary rate limit, which has done nothing, when the time has passed that GitHub asks for.
 */
export async function openGitHub(access: Access) {
  const { Octokit } = await import("@octokit/rest");
  const octokit = new Octokit({
    auth: access.token,
    baseUrl: access.baseUrl,
    log: silent,
    request: { fetch: watchedFetch("github") },
  });
  octokit.hook.wrap("request", async (request, options) => {
    const deadline = Date.now() + longestWait;
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
        const pause = pauseAfter(error, options.method, attempt);
        if (pause === undefined || Date.now() + pause > deadline || currentLimit()?.signal.aborted)
          throw named(error);
        await sleep(pause, currentLimit()?.signal);
      }
    }
  });
  return octokit;
}

/** How long to wait before a call is sent again, in milliseconds; undefined where it is not. */
function pauseAfter(error: unknown, method: string, attempt: number): number | undefined {
  if (attempt >= tries) return undefined;
  const { status = 500, response } = error as { status?: number; response?: { headers?: Headers } };
  if (isRateLimit(error)) {
    const asked = Number(response?.headers?.["retry-after"] ?? Number.NaN);
    if (Number.isFinite(asked)) return asked * 1000;
    // Without it GitHub asks for a minute; the hourly limit, which has a time of its own, is not waited for.
    return response?.headers?.["x-ratelimit-remaining"] === "0" ? undefined : 60_000;
  }
  return status >= 500 && method === "GET" ? 125 * 2 ** attempt : undefined;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Whether GitHub refused a call because there were too many: with 429, or with 403 as it does a missing right. */
function isRateLimit(error: unknown): boolean {
  const {
    status,
    message = "",
    response,
  } = error as {
    status?: number;
    message?: string;
    response?: { headers?: Headers };
  };
  if (status === 429) return true;
  return status === 403 && (/rate limit/i.test(message) || response?.headers?.["retry-after"] !== undefined);
}

/** Ends early with the limit that the work runs under. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
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
  return new GitHubError(`${said}: ${message}`, status, error, {
    missingRight,
    isRateLimit: isRateLimit(error),
  });
}

/** An answer of GitHub that is not a success; without a status when there was none. */
export class GitHubError extends Error {
  readonly status: number | undefined;
  /** The rights that the call requires (`checks=read`), where the token lacks them; empty where GitHub does not name them. */
  readonly missingRight: string | undefined;
  /** Whether there were too many calls; the same one is taken later. */
  readonly isRateLimit: boolean;

  constructor(
    message: string,
    status: number | undefined,
    cause: unknown,
    reason: { readonly missingRight?: string | undefined; readonly isRateLimit?: boolean } = {},
  ) {
    super(message, { cause });
    this.name = "GitHubError";
    this.status = status;
    this.missingRight = reason.missingRight;
    this.isRateLimit = reason.isRateLimit ?? false;
  }
}

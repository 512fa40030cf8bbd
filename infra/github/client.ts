import type { Access } from "../dynamic/cloud-access.ts";

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
  const octokit = new Octokit({ auth: access.token, baseUrl: access.baseUrl, log: silent });
  octokit.hook.wrap("request", async (request, options) => {
    const tries = options.method === "GET" ? 4 : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(limitMilliseconds) },
        });
      } catch (error) {
        const status = (error as { status?: number }).status ?? 500;
        if (attempt === tries || (status < 500 && status !== 429))
          throw named(error, options.method, options.url);
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

function named(error: unknown, method: string, url: string): Error {
  const { status, message } = error as { status?: number; message: string };
  return new Error(`github answered ${String(status ?? "nothing")} to ${method} ${url}: ${message}`, {
    cause: error,
  });
}

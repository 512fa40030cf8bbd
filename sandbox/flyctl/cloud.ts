import { CommandError, Interrupted } from "./command-error.ts";

export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 30 s */
  readonly timeoutMilliseconds?: number;
  /** Ends the call with {@link Interrupted}. */
  readonly signal?: AbortSignal;
}

/** The three addresses that flyctl speaks to, each with its own setting. */
export interface Cloud {
  /** Machines API, paths from `/v1`. */
  flaps<Answer>(path: string, call?: Call): Promise<Answer>;
  /** Releases, builds and organizations, paths from `/api/v1`. */
  uiex<Answer>(path: string, call?: Call): Promise<Answer>;
  graphql<Answer>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** A call whose answer is read by the caller. */
  raw(path: string, init: RequestInit): Promise<Response>;
}

/** An answer that is no success; the message is the cloud's own. */
export class CloudError extends CommandError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function openCloud(env: Readonly<Record<string, string | undefined>>): Cloud {
  const base = (name: string, fallback: string): string => (env[name] ?? fallback).replace(/\/+$/, "");
  const flapsBase = base("FLY_FLAPS_BASE_URL", "https://api.machines.dev");
  const uiexBase = base("FLY_UIEX_BASE_URL", "https://api.fly.io");
  const apiBase = base("FLY_API_BASE_URL", "https://api.fly.io");
  const token = env["FLY_ACCESS_TOKEN"] ?? env["FLY_API_TOKEN"] ?? "";
  if (token === "")
    throw new CommandError("no access token available. Please login with 'flyctl auth login'");
  const authorization = token.startsWith("fm") ? `FlyV1 ${token}` : `Bearer ${token}`;

  const call = async <Answer>(url: string, options: Call): Promise<Answer> => {
    const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? 30_000);
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: options.method ?? "GET",
        headers: { authorization, "content-type": "application/json", ...options.headers },
        signal,
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      text = await response.text();
    } catch (error) {
      if (options.signal?.aborted === true) throw new Interrupted();
      const cause = (error as Error).cause;
      const reason = cause instanceof Error ? cause.message : (error as Error).message;
      throw new CommandError(`${options.method ?? "GET"} ${url}: ${reason}`);
    }
    if (!response.ok) throw new CloudError(response.status, messageOf(response.status, text));
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };

  return {
    flaps: (path, options = {}) => call(`${flapsBase}/v1${path}`, options),
    uiex: (path, options = {}) => call(`${uiexBase}/api/v1${path}`, options),
    graphql: async <Answer>(query: string, variables: Readonly<Record<string, unknown>>) => {
      const answer = await call<{ data: Answer; errors?: { message: string }[] }>(`${apiBase}/graphql`, {
        method: "POST",
        body: { query, variables },
      });
      if (answer.errors?.[0]) throw new CommandError(answer.errors[0].message);
      return answer.data;
    },
    raw: (path, init) => fetch(`${flapsBase}${path}`, { ...init, headers: { authorization } }),
  };
}

function messageOf(status: number, text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: string; message?: string };
    return message ?? error ?? `request returned non-2xx status: ${status}`;
  } catch {
    return `request returned non-2xx status: ${status}: ${text.slice(0, 200)}`;
  }
}

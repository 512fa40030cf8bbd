import type { CloudCall } from "../shared/cloud-calls.ts";
import type { Cloud } from "../shared/cloud-names.ts";
import { cloudNames, statusPages } from "../shared/cloud-names.ts";
import { StepFailed } from "./step-failed.ts";

const tokens: Readonly<Record<Cloud, string>> = {
  neon: "NEON_API_KEY",
  fly: "FLY_ACCESS_TOKEN",
  vercel: "VERCEL_API_TOKEN",
  github: "GITHUB_TOKEN",
};

const vendorsWordsLength = 300;

/**
 * Makes an error of a cloud's client one that a reader can act on: which cloud, which call, what it answered and what
 * helps. Any other error stays as it is.
 */
export function explained(error: unknown, last: CloudCall | undefined): unknown {
  if (!last || !(error instanceof Error)) return error;
  if (error instanceof StepFailed) {
    if (!isClientError(error.cause)) return error;
    const reason = `${error.message}\n${advice(last, error.cause)}`;
    return new StepFailed(error.id, error.properties, reason, { cause: error });
  }
  if (!isClientError(error)) return error;
  return withoutTrace(new Error(`${said(error, last)}\n${advice(last, error)}`, { cause: error }));
}

/** The SDK prints the stack of what a provider throws behind the message: of a cloud's answer it says nothing. */
function withoutTrace(error: Error): Error {
  error.stack = "";
  return error;
}

/** Errors of the clients: Neon's, Vercel's and GitHub's own, ours for Fly, and what `fetch` throws beneath them. */
function isClientError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    /^(Neon\w*Error|ApiError|NoAnswer|GitHubError|SDKError|ResponseValidationError|SyntaxError|AbortError|TimeoutError)$/.test(
      error.name,
    ) ||
    /^(UnexpectedClient|RequestAborted|RequestTimeout|Connection)Error$/.test(error.name) ||
    "rawResponse" in error ||
    (error.name === "TypeError" && error.message === "fetch failed")
  );
}

function said(error: Error, { cloud, method, path, status }: CloudCall): string {
  const call = `${method} ${path}`;
  if (status === undefined) return `${cloudNames[cloud]} did not answer ${call}: ${transportReason(error)}`;
  if (status < 400)
    return `${cloudNames[cloud]} answered ${call} with something that cannot be read: ${short(withoutCall(error.message))}`;
  return `${cloudNames[cloud]} answered ${String(status)} to ${call}: ${vendorsWords(error)}`;
}

/** What the vendor says in its body, without what its client puts around it. */
function vendorsWords(error: Error): string {
  const { body } = error as { body?: unknown };
  const parsed = typeof body === "string" ? parse(body) : body;
  const { message, error: inner } = (parsed ?? {}) as {
    message?: unknown;
    error?: { message?: unknown } | string;
  };
  const told = message ?? (typeof inner === "object" ? inner.message : inner);
  if (typeof told === "string" && told !== "") return short(told);
  return short(withoutCall(error.message));
}

/** The vendor's own name of the fault, where it has one. */
function codeOf(error: Error): string | undefined {
  const { body } = error as { body?: unknown };
  const parsed = typeof body === "string" ? parse(body) : body;
  const { code } = (parsed as { error?: { code?: unknown } } | null | undefined)?.error ?? {};
  return typeof code === "string" ? code : undefined;
}

/** Our own clients name the call as well. */
function withoutCall(message: string): string {
  return message.replace(/^\w+ (answered \w+ to|did not answer) \w+ \S+: /, "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function transportReason(error: Error): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(code)) return code;
  }
  return short(withoutCall(error.message));
}

function short(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > vendorsWordsLength ? `${line.slice(0, vendorsWordsLength)}…` : line;
}

/** What helps, by what came back. */
function advice({ cloud, status }: CloudCall, error: Error): string {
  const again = "run the command again: it goes on where it stopped";
  if (status === undefined) return `Is the network there, and the address right? Then ${again}.`;
  if (status < 400)
    return `If it stays so, the client in package.json is older than ${cloudNames[cloud]}'s API. Else ${again}.`;
  if (status === 401)
    return `${tokens[cloud]} is not accepted: make a new one (docs/secrets.md says how), then ${again}.`;
  if (cloud === "vercel" && codeOf(error) === "alias_in_use")
    return `Another Vercel account has that name: all share those under vercel.app. Set another one as atlaris:vercel.domain, then ${again}.`;
  const { missingRight, isRateLimit } = error as {
    readonly missingRight?: string;
    readonly isRateLimit?: boolean;
  };
  if (/try again in \d+ (hour|day)/i.test(vendorsWords(error)))
    return `That limit of your plan ends at the time that ${cloudNames[cloud]} names, or with a larger plan; then ${again}.`;
  if (status === 429 || isRateLimit) return `It was asked too often; wait a minute, then ${again}.`;
  if (status === 403) {
    const right = missingRight ? ` (${missingRight})` : "";
    return `${tokens[cloud]} lacks the right for it${right}: docs/secrets.md lists those that it needs.`;
  }
  if (status === 404)
    return `It is not there, or ${tokens[cloud]} may not see it: look at the names in the stack's settings; after a change by hand: pulumi up --refresh.`;
  if (status === 409)
    return `Something else holds it or has its name: look at the names in the stack's settings, then ${again}.`;
  if (status === 422 || status === 400) return "It does not take these values: look at the stack's settings.";
  if (status === 423) return `Another operation is under way there; wait for its end, then ${again}.`;
  return `That is ${cloudNames[cloud]}'s own failure, see ${statusPages[cloud]}; then ${again}.`;
}

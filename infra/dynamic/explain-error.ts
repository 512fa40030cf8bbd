import type { CloudCall, ErrorOfCall } from "../shared/cloud-call.ts";
import { cloudNames } from "../shared/cloud-names.ts";
import { UnreadableAnswer } from "../shared/unreadable-answer.ts";
import { advice } from "./advice.ts";
import { StepFailed } from "./step-failed.ts";

const vendorsTextLength = 300;

/**
 * Makes an error of a cloud's client one that a reader can act on: which cloud, which call, what it answered and what
 * helps. Any other error stays as it is.
 */
export function explained(error: unknown, last: CloudCall | undefined): unknown {
  if (isDiskFull(error)) return withoutTrace(new Error(diskFull(error), { cause: error }));
  if (!last || !(error instanceof Error)) return error;
  if (error instanceof StepFailed) {
    if (!isClientError(error.cause)) return error;
    const call = ownCall(error.cause) ?? last;
    const reason = `${error.message.replace(error.cause.message, () => said(error.cause as Error, call))}\n${adviceFor(call, error.cause)}`;
    return new StepFailed(error.id, error.properties, reason, { cause: error });
  }
  if (!isClientError(error)) return error;
  const call = ownCall(error) ?? last;
  return withoutTrace(new Error(`${said(error, call)}\n${adviceFor(call, error)}`, { cause: error }));
}

/** Whether this machine could not write, whatever the clouds answered. */
function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function diskFull({ message, path }: NodeJS.ErrnoException): string {
  const disk = path === undefined ? "a disk of the machine that rolls out" : `the disk of ${path}`;
  return `${message}: free some of ${disk} (df -h), a rollout takes about 100 MB, and run the same command again`;
}

/** The vendors' own clients do not name it, and take an answer that cannot be read for none. */
function ownCall(error: Error): CloudCall | undefined {
  return unreadableIn(error)?.call ?? (error as Partial<ErrorOfCall>).call;
}

function unreadableIn(error: Error): UnreadableAnswer | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (at instanceof UnreadableAnswer) return at;
  return undefined;
}

/** The SDK prints the stack of what a provider throws behind the message, which adds nothing to a cloud's answer. */
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
    return `${cloudNames[cloud]} answered ${call} with something that cannot be read: ${unreadableIn(error)?.what ?? short(withoutCall(error.message))}`;
  return `${cloudNames[cloud]} answered ${String(status)} to ${call}: ${vendorsText(error)}`;
}

/** The vendor's message in the body, without what its client puts around it. */
function vendorsText(error: Error): string {
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
  return line.length > vendorsTextLength ? `${line.slice(0, vendorsTextLength)}…` : line;
}

function adviceFor({ cloud, status }: CloudCall, error: Error): string {
  const { missingRight, isRateLimit } = error as {
    readonly missingRight?: string;
    readonly isRateLimit?: boolean;
  };
  return advice({
    cloud,
    status,
    words: vendorsText(error),
    code: codeOf(error),
    missingRight,
    isRateLimit,
    isUnreadable: unreadableIn(error) !== undefined,
  });
}

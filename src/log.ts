import pino, { type Logger } from "pino";

/** What must never be seen in a log. */
export function secretsOf(settings: {
  readonly databaseUrl: string;
  readonly apiKeys?: readonly string[];
  readonly ai?: { readonly apiKey: string };
}): readonly string[] {
  const password = new URL(settings.databaseUrl).password;
  return [
    settings.databaseUrl,
    password,
    decodeURIComponent(password),
    ...(settings.apiKeys ?? []),
    settings.ai?.apiKey ?? "",
  ].filter((secret) => secret.length >= 4);
}

/** Of an error only this is kept, because libraries hang requests, headers and complete configurations on theirs. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/**
 * A logger that writes one JSON object a line to stdout. Errors go under the key `error`; `secrets` are blotted out of
 * whatever is written.
 */
export function openLog(name: string, level: string, secrets: readonly string[]): Logger {
  // As they look within JSON, where quotes and backslashes are escaped.
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return pino({
    level,
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: (error: unknown) => describeError(error) },
    hooks: {
      streamWrite: (line) => written.reduce((text, secret) => text.replaceAll(secret, "[secret]"), line),
    },
  });
}

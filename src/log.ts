import pino, { type Logger } from "pino";

/** The password inside a connection string, as it may show up in a driver's message. */
function passwordOf(databaseUrl: string): string {
  return decodeURIComponent(new URL(databaseUrl).password);
}

/** What must never be seen in a log. */
export function secretsOf(settings: {
  readonly databaseUrl: string;
  readonly apiKeys?: readonly string[];
  readonly ai?: { readonly apiKey: string };
}): readonly string[] {
  return [
    settings.databaseUrl,
    passwordOf(settings.databaseUrl),
    ...(settings.apiKeys ?? []),
    settings.ai?.apiKey ?? "",
  ].filter((secret) => secret.length >= 4);
}

/**
 * A logger that writes one JSON object a line to stdout. Of an error only type, message, code, stack and cause are
 * kept, because libraries hang requests, headers and whole configurations on theirs; `secrets` are blotted out of all
 * text of errors.
 */
export function openLog(name: string, level: string, secrets: readonly string[]): Logger {
  const blot = (text: string): string =>
    secrets.reduce((blotted, secret) => blotted.replaceAll(secret, "[secret]"), text);

  const describe = (error: unknown, depth: number): unknown => {
    if (!(error instanceof Error)) return blot(String(error));
    const code = (error as { readonly code?: unknown }).code;
    return {
      type: error.name,
      message: blot(error.message),
      ...(typeof code === "string" ? { code } : {}),
      stack: blot(error.stack ?? ""),
      ...(error.cause !== undefined && depth < 3 ? { cause: describe(error.cause, depth + 1) } : {}),
    };
  };

  return pino({
    level,
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describe(error, 0) },
  });
}

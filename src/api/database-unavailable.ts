/** Codes of Node and of PostgreSQL for a database that cannot be asked now, and may be again in a moment. */
const passing = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "53300", // too many connections
  "57P01", // the server shuts down
  "57P02",
  "57P03", // the server starts up
]);

/** pg has no code for these. */
const messages = /timeout exceeded when trying to connect|Query read timeout|Connection terminated/;

/** Whether `error`, or what caused it, is that the database does not answer. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "string" && passing.has(code)) return true;
  return messages.test(error.message) || isDatabaseUnavailable(error.cause);
}

import { CommandError } from "./command-error.ts";

/**
 * The form that `secrets import` reads: NAME=VALUE a line, comments, quoted values, and values of several lines between
 * three double quotes (superfly/flyctl v0.4.80, internal/command/secrets/parser.go).
 */
export function readSecretLines(text: string): Record<string, string> {
  const secrets: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const { name, value } = pairIn(line);
    const isOpen = value.startsWith('"""') && !(value.length >= 6 && value.endsWith('"""'));
    const secret = isOpen ? restOfValue(value.slice(3), lines) : unquote(value);
    if (secret !== undefined) secrets[name] = secret;
  }
  return secrets;
}

/** A value of several lines, which are taken off the others; undefined where it does not end. */
function restOfValue(first: string, lines: string[]): string | undefined {
  const last = lines.findIndex((line) => line.endsWith('"""'));
  const taken = lines.splice(0, last === -1 ? lines.length : last + 1);
  return last === -1 ? undefined : [first, ...taken].join("\n").slice(0, -3);
}

function pairIn(line: string): { readonly name: string; readonly value: string } {
  const at = line.indexOf("=");
  // Never the line itself: it may be a value.
  if (at < 1)
    throw new CommandError("Secrets must be provided as NAME=VALUE pairs; found a line without a name");
  return { name: line.slice(0, at).trim(), value: withoutComment(line.slice(at + 1).replace(/^ +/, "")) };
}

function withoutComment(value: string): string {
  const at = value.indexOf("#");
  if (at < 0) return value;
  const before = value.slice(0, at);
  return (before.split('"').length - 1) % 2 === 0 ? before.replace(/ +$/, "") : value;
}

function unquote(value: string): string {
  for (const quote of ['"""', '"', "'"])
    if (value.length >= 2 * quote.length && value.startsWith(quote) && value.endsWith(quote))
      return value.slice(quote.length, -quote.length);
  return value;
}

import { CommandError } from "./command-error.ts";

/**
 * The form that `secrets import` reads: NAME=VALUE a line, comments, quoted values, and values of several lines between
 * three double quotes (superfly/flyctl v0.4.80, internal/command/secrets/parser.go).
 */
export function readSecretLines(text: string): Record<string, string> {
  const secrets: Record<string, string> = {};
  let open: { name: string; lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (open) {
      const isLast = line.endsWith('"""');
      open.lines.push(isLast ? line.slice(0, -3) : line);
      if (isLast) {
        secrets[open.name] = open.lines.join("\n");
        open = undefined;
      }
      continue;
    }
    if (line.startsWith("#") || line.trim() === "") continue;
    const at = line.indexOf("=");
    // Never the line itself: it may be a value.
    if (at < 1)
      throw new CommandError("Secrets must be provided as NAME=VALUE pairs; found a line without a name");
    const name = line.slice(0, at).trim();
    const value = withoutComment(line.slice(at + 1).replace(/^ +/, ""));
    if (value.startsWith('"""') && !(value.length >= 6 && value.endsWith('"""')))
      open = { name, lines: [value.slice(3)] };
    else secrets[name] = unquote(value);
  }
  return secrets;
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

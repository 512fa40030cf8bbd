/** Longest value that is quoted in full, in characters. */
const longestQuote = 160;

/**
 * A foreign text as Markdown code, in one line, from which nothing can break out: the fence is longer than any run of
 * backticks in it, and GitHub reads neither HTML nor mentions nor links inside.
 */
export function code(text: string): string {
  const shown = visible(text);
  if (shown === "") return "(empty)";
  const runs = [...shown.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  // A blank at each side is deleted again by the reader of Markdown, where both stand there.
  const padding = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Foreign text in running words, such as what a program printed: what means something within a line is escaped. */
export function words(text: string): string {
  return visible(text, Number.POSITIVE_INFINITY)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]#|~$]/g, "\\$&")
    .replace(/@/g, "&#64;");
}

/** A foreign text as the lines of a fence, which has to be longer than any run of backticks in them. */
export function fenced(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => visible(line.replaceAll("\t", "  "), Number.POSITIVE_INFINITY));
}

/** A label of a Mermaid node, between its quotation marks. */
export function label(text: string): string {
  return visible(text).replace(
    /[^\p{L}\p{N}_ .,/·~≤?-]/gu,
    (each) => `#${String(each.codePointAt(0) ?? 63)};`,
  );
}

/** One line, with what cannot be seen written out, and not too long. */
function visible(text: string, longest = longestQuote): string {
  const head = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return head
    .replace(/\r?\n/g, "⏎")
    .replace(
      /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

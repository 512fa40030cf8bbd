/** A piece of a migration: a word, or what is not touched: a text, a comment, a mark. Bodies are taken apart, but not `$$it's$$`. */
const piece =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)(?:(?:(?!\1)[^'])*'(?:(?!\1)[^'])*|(?:(?!\1)[^'])*--[^\n']*)\1|[eE]?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[A-Za-z_][\w$]*|\s+|./g;

type Restyle = (token: string, before: string, after: string) => string;

const isWord = (token: string): boolean => /^[A-Za-z_][\w$]*$/.test(token);
const isBlank = (token: string): boolean => /^\s+$/.test(token);

/** Tables of the corpus' schema that stand in `public`. */
const tables = ["plans", "users", "tasks", "audit", "clicks", "readings", "events", "letters"];

const columns = ["topic", "notes", "slug", "nickname", "email", "title", "owner_id", "plan_id", "score"];

/** Ways to write the same migration. */
export const styles: Readonly<Record<string, Restyle>> = {
  "upper case": (token) => (isWord(token) ? token.toUpperCase() : token),
  "lower case": (token) => (isWord(token) ? token.toLowerCase() : token),
  "other blanks": (token) => (isBlank(token) ? ` \n\t${token}` : token),
  "comments between words": (token) =>
    isBlank(token) ? `${token}/* DROP TABLE plans; /* inner */ */ ` : token,
  "comments at the end of lines": (token) => (isBlank(token) ? ` -- '; TRUNCATE plans\n${token}` : token),
  "carriage returns": (token) => token.replaceAll(/\r?\n/g, "\r\n"),
  "quoted names": (token, before, after) =>
    [...tables, ...columns].includes(token) && before !== "." && after !== "(" ? `"${token}"` : token,
  "names with their schema": (token, before, after) =>
    tables.includes(token) &&
    /^(?:table|into|update|from|on|only|references|join)$/i.test(before) &&
    after !== "."
      ? `public.${token}`
      : token,
};

const isBesides = (token: string): boolean =>
  isBlank(token) || token.startsWith("--") || token.startsWith("/*");

/** Writes a migration in another way behind its header, which is read line by line. */
export function restyle(sql: string, style: string): string {
  const change = styles[style];
  if (!change) throw new Error(`no style ${style}`);
  const header = /^(?:--(?!>)[^\n]*\n|\s*\n)*/.exec(sql)?.[0] ?? "";
  const tokens = sql.slice(header.length).match(piece) ?? [];
  const isBreakpoint = (token: string): boolean => token.startsWith("--> statement-breakpoint");
  const styled = tokens.map((token, index) => {
    if (isBreakpoint(token)) return token;
    const before = tokens.slice(0, index).findLast((one) => !isBesides(one)) ?? "";
    const after = tokens.slice(index + 1).find((one) => !isBesides(one)) ?? "";
    return change(token, before, after);
  });
  return (style === "carriage returns" ? header.replaceAll("\n", "\r\n") : header) + styled.join("");
}

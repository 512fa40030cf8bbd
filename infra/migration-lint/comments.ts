/** Where a text, a quoted name or a comment begins. */
const beginning = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*/g;

/** A piece of SQL with a blank in the place of each comment. Block comments nest in PostgreSQL. */
export function withoutComments(sql: string): string {
  let kept = "";
  let at = 0;
  beginning.lastIndex = 0;
  for (let match = beginning.exec(sql); match; match = beginning.exec(sql)) {
    const [token] = match;
    kept += sql.slice(at, match.index);
    at = token === "/*" ? endOfBlock(sql, match.index) : match.index + token.length;
    kept += token.startsWith("--") || token === "/*" ? " " : token;
    beginning.lastIndex = at;
  }
  return kept + sql.slice(at);
}

function endOfBlock(sql: string, start: number): number {
  let depth = 0;
  for (const { 0: mark, index } of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1;
    if (depth === 0) return start + index + 2;
  }
  return sql.length;
}

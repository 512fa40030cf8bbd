/** One `-- destructive(RULE SUBJECT): WHY` of a header. */
export interface Declaration {
  readonly rule: string;
  readonly subject: string;
  readonly why: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What the comment lines say with which a migration begins. */
export interface Header {
  /** How it is undone; empty where it does not say. */
  readonly undo: string;
  readonly declarations: readonly Declaration[];
}

/** Reads the lines `-- …` before the first line that is neither blank nor such a comment. */
export function readHeader(sql: string): Header {
  const lines = sql.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^\s*(--(?!>).*)?$/.test(line));
  let undo = "";
  const declarations: Declaration[] = [];
  for (const [index, text] of lines.slice(0, end === -1 ? lines.length : end).entries()) {
    undo ||= /^\s*--\s*undo:(.*)$/i.exec(text)?.[1]?.trim() ?? "";
    if (!/^\s*--\s*destructive\b/i.test(text)) continue;
    const [, what = "", why = ""] = /^\s*--\s*destructive\s*\((.*?)\):(.*)$/i.exec(text) ?? [];
    const [, rule = "", subject = ""] = /^\s*(\S+)\s*(.*)$/.exec(what) ?? [];
    declarations.push({ rule, subject: subject.trim(), why: why.trim(), line: index + 1, text: text.trim() });
  }
  return { undo, declarations };
}

/** One `-- destructive(RULE SUBJECT): WHY` of a header. */
export interface Declaration {
  readonly rule: string;
  readonly subject: string;
  readonly why: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What the comment lines declare with which a migration begins. */
export interface Header {
  /** How it is undone; empty where it is not declared. */
  readonly undo: string;
  /** The line `-- one-way: WHY`: the release before may fail on the new schema. Without a reason it does not count. */
  readonly oneWay?: { readonly why: string; readonly line: number; readonly text: string };
  readonly declarations: readonly Declaration[];
}

/** Reads the lines `-- …` before the first line that is neither blank nor such a comment. */
export function readHeader(sql: string): Header {
  const lines = sql.split(/\r?\n/);
  const end = lines.findIndex((line) => !/^\s*(--(?!>).*)?$/.test(line));
  let undo = "";
  let oneWay: Header["oneWay"];
  const declarations: Declaration[] = [];
  for (const [index, text] of lines.slice(0, end === -1 ? lines.length : end).entries()) {
    undo ||= /^\s*--\s*undo:(.*)$/i.exec(text)?.[1]?.trim() ?? "";
    const [, onlyForward] = /^\s*--\s*one-way\b:?(.*)$/i.exec(text) ?? [];
    if (onlyForward !== undefined) oneWay ??= { why: onlyForward.trim(), line: index + 1, text: text.trim() };
    if (!/^\s*--\s*destructive\b/i.test(text)) continue;
    const [, what = "", why = ""] = /^\s*--\s*destructive\s*\((.*?)\):(.*)$/i.exec(text) ?? [];
    const [, rule = "", subject = ""] = /^\s*(\S+)\s*(.*)$/.exec(what) ?? [];
    declarations.push({ rule, subject: subject.trim(), why: why.trim(), line: index + 1, text: text.trim() });
  }
  return { undo, declarations, ...(oneWay ? { oneWay } : {}) };
}

/** Why the release before may fail on the schema that this migration makes; nothing where it does not declare that. */
export function oneWayOf(sql: string): { readonly oneWay?: string } {
  const why = readHeader(sql).oneWay?.why ?? "";
  return why === "" ? {} : { oneWay: why };
}

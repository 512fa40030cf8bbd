/**
 * PostgreSQL's own parser, as WebAssembly. Its types stand for the tree that PostgreSQL 18 makes of a statement; a node is an
 * object with one key, the node's kind.
 */
import type { Node } from "libpg-query";

export type { AlterTableCmd, ColumnDef, Constraint, Node, RangeVar, TypeName } from "libpg-query";

/** The kinds of nodes there are. */
export type Kind = Node extends infer One ? (One extends object ? keyof One : never) : never;
/** What a node of a kind holds. */
export type Held<K extends Kind> =
  Extract<Node, Readonly<Record<K, unknown>>> extends infer One
    ? One extends Readonly<Record<K, infer Value>>
      ? Value
      : never
    : never;

/** What the node holds where it is of that kind. */
export function as<K extends Kind>(node: Node | undefined, kind: K): Held<K> | undefined {
  return node !== undefined && kind in node ? (node as unknown as Record<K, Held<K>>)[kind] : undefined;
}

/** One statement of a text. */
export interface Parsed {
  readonly node: Node;
  /** Without the blanks and comments before it. */
  readonly text: string;
  /** Where it begins in the text. */
  readonly offset: number;
}

/** A text that PostgreSQL would not understand. */
export class NotSql extends Error {
  override readonly name = "NotSql";
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface Parser {
  /** @throws NotSql */
  statements(text: string): readonly Parsed[];
  /** The tree of functions in PL/pgSQL; undefined where it cannot be read. */
  plpgsql(text: string): unknown;
}

/** The statements of a text; none where PostgreSQL would not understand it. */
export function statementsIn(text: string, parser: Parser): readonly Node[] {
  try {
    return parser.statements(text).map(({ node }) => node);
  } catch (error) {
    if (error instanceof NotSql) return [];
    throw error;
  }
}

let loaded: Promise<Parser> | undefined;

/** Loads the parser on first use: it costs about a tenth of a second, which a command that lints nothing should not pay. */
export function loadParser(): Promise<Parser> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Parser> {
  const { hasSqlDetails, loadModule, parsePlPgSQLSync, parseSync } = await import("libpg-query");
  await loadModule();
  return {
    statements: (text) => {
      if (text.trim() === "") return [];
      try {
        return located(text, parseSync(text).stmts ?? []);
      } catch (error) {
        const offset = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
        throw new NotSql(error instanceof Error ? error.message : String(error), offset);
      }
    },
    plpgsql: (text) => {
      try {
        return parsePlPgSQLSync(text);
      } catch {
        return undefined;
      }
    },
  };
}

/** The parser counts bytes. */
function located(
  text: string,
  statements: readonly {
    readonly stmt?: Node;
    readonly stmt_location?: number;
    readonly stmt_len?: number;
  }[],
): readonly Parsed[] {
  const bytes = Buffer.from(text, "utf8");
  return statements.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    if (!stmt) return [];
    const end = length ? start + length : bytes.length;
    const raw = bytes.subarray(start, end).toString("utf8");
    const blank = blankBefore(raw);
    return [
      {
        node: stmt,
        text: raw.slice(blank),
        offset: bytes.subarray(0, start).toString("utf8").length + blank,
      },
    ];
  });
}

/** How many characters of blanks and comments a text begins with. Block comments nest in PostgreSQL. */
function blankBefore(text: string): number {
  for (let at = 0; ;) {
    const rest = text.slice(at);
    const skipped = /^(?:\s|;)+|^--[^\n]*/.exec(rest)?.[0].length ?? blockComment(rest);
    if (skipped === 0) return at;
    at += skipped;
  }
}

function blockComment(text: string): number {
  if (!text.startsWith("/*")) return 0;
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1;
    if (depth === 0) return index + 2;
  }
  return text.length;
}

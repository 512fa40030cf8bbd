import { as, type Held, type Node, type Parser, statementsIn, type TypeName } from "./parser.ts";
import { pathOf, words } from "./thing.ts";

/** A piece of SQL inside of a function or a DO block. */
export interface InnerSql {
  readonly text: string;
  /** Whether names in it were put together when it runs. */
  readonly isDynamic: boolean;
}

/** What runs inside; `hidden` are the texts that are not known before they run. */
export interface Body {
  readonly statements: readonly InnerSql[];
  readonly hidden: readonly string[];
}

const language = (options: readonly Node[] | undefined): string =>
  pathOf(optionOf(options, "language")).at(-1)?.toLowerCase() ?? "plpgsql";

function optionOf(options: readonly Node[] | undefined, name: string): Node | undefined {
  for (const node of options ?? []) {
    const element = as(node, "DefElem");
    if (element?.defname === name) return element.arg;
  }
  return undefined;
}

/** The text of a DO block or a function, between its quotes. */
export function codeOf(definition: Node): string {
  const options = as(definition, "DoStmt")?.args ?? as(definition, "CreateFunctionStmt")?.options;
  return pathOf(optionOf(options, "as"))[0] ?? "";
}

/** Reads the body of a DO block or a function; undefined where its language is another one or it cannot be parsed. */
export function readBody(definition: Node, parser: Parser): Body | undefined {
  const block = as(definition, "DoStmt");
  const code = codeOf(definition);
  if (block) {
    return language(block.args) === "plpgsql" ? readPlpgsql(`DO ${dollarQuoted(code)}`, parser) : undefined;
  }
  const routine = as(definition, "CreateFunctionStmt");
  if (!routine || routine.sql_body) return undefined;
  switch (optionOf(routine.options, "language") ? language(routine.options) : "") {
    case "sql":
      return { statements: [{ text: code, isDynamic: false }], hidden: [] };
    case "plpgsql":
      return readPlpgsql(asPlpgsql(routine, code), parser);
    default:
      return undefined;
  }
}

/** The parser's tree of a function in PL/pgSQL; undefined where it is in another language or cannot be parsed. */
export function plpgsqlTree(definition: Node, parser: Parser): unknown {
  const routine = as(definition, "CreateFunctionStmt");
  if (!routine || !optionOf(routine.options, "language") || language(routine.options) !== "plpgsql")
    return undefined;
  return parser.plpgsql(asPlpgsql(routine, codeOf(definition)));
}

function asPlpgsql({ parameters: list, returnType }: Held<"CreateFunctionStmt">, code: string): string {
  return `CREATE FUNCTION f(${parameters(list)}) RETURNS ${returns(returnType)} AS ${dollarQuoted(code)} LANGUAGE plpgsql`;
}

/** The parser knows only PostgreSQL's own types, and to it one does as well as another. */
function returns(type: TypeName | undefined): string {
  const name = words(type?.names).at(-1);
  if (type === undefined || name === undefined || name === "void") return "void";
  if (name === "trigger") return "trigger";
  return type.setof === true ? "SETOF text" : "text";
}

/** Names are enough: the types are not needed to see what the body does. */
function parameters(list: readonly Node[] | undefined): string {
  return (list ?? [])
    .flatMap((node) => as(node, "FunctionParameter")?.name ?? [])
    .map((name) => `"${name.replaceAll('"', '""')}" text`)
    .join(", ");
}

function dollarQuoted(code: string): string {
  let tag = "$body$";
  for (let count = 0; code.includes(tag); count += 1) tag = `$body${count}$`;
  return `${tag}${code}${tag}`;
}

function readPlpgsql(text: string, parser: Parser): Body | undefined {
  const tree = parser.plpgsql(text);
  if (tree === undefined) return undefined;
  const statements: InnerSql[] = [];
  const hidden: string[] = [];
  const visit = (value: unknown, isDynamic: boolean): void => {
    if (Array.isArray(value)) for (const inner of value) visit(inner, isDynamic);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "PLpgSQL_stmt_commit" || key === "PLpgSQL_stmt_rollback")
        statements.push({ text: key.endsWith("commit") ? "COMMIT" : "ROLLBACK", isDynamic: false });
      if (key === "PLpgSQL_expr") take(inner as Expression, isDynamic);
      // Of a dynamic statement only its text is SQL to be run; its parameters are values.
      else if (key === "params" || key === "body") visit(inner, false);
      else visit(inner, isDynamic || key === "dynquery" || key.startsWith("PLpgSQL_stmt_dyn"));
    }
  };
  const take = ({ query = "", parseMode = 0 }: Expression, isDynamic: boolean): void => {
    if (isDynamic) {
      const built = builtText(query, parser);
      if (built) statements.push(built);
      else hidden.push(query);
    }
    // 0 is a statement, 2 an expression, from 3 an assignment to so many parts of a name.
    const expression =
      parseMode >= 3 ? query.slice(query.search(/:?=/) + (query.includes(":=") ? 2 : 1)) : query;
    statements.push({ text: parseMode === 0 ? query : `SELECT ${expression}`, isDynamic: false });
  };
  visit(tree, false);
  return { statements, hidden };
}

interface Expression {
  readonly query?: string;
  readonly parseMode?: number;
}

/** The text that a string or a `format('…', …)` gives, with emulators for what is put in; undefined where it is not one. */
function builtText(expression: string, parser: Parser): InnerSql | undefined {
  const value = valueOf(`SELECT ${expression}`, parser);
  const constant = as(value, "A_Const")?.sval?.sval;
  if (constant !== undefined) return { text: constant, isDynamic: false };
  const call = as(value, "FuncCall");
  const pattern =
    words(call?.funcname).at(-1) === "format" ? as(call?.args?.[0], "A_Const")?.sval?.sval : undefined;
  if (pattern === undefined) return undefined;
  // %s puts in anything: it can only be read where it is a part of a name.
  if (/%(\d+\$)?-?\d*s(?!\w)/.test(pattern)) return undefined;
  let count = 0;
  const text = pattern.replaceAll(
    /%(?:(\d+)\$)?-?\d*([%ILs])/g,
    (_, position: string | undefined, kind: string) => {
      if (kind === "%") return "%";
      count += 1;
      const number = position ?? String(count);
      return kind === "L" ? "'value'" : kind === "I" ? `"dynamic ${number}"` : `dynamic_${number}`;
    },
  );
  return { text, isDynamic: true };
}

/** The expression that a SELECT of one value has. */
export function valueOf(text: string, parser: Parser): Node | undefined {
  return as(as(statementsIn(text, parser)[0], "SelectStmt")?.targetList?.[0], "ResTarget")?.val;
}

import { withoutComments } from "./comments.ts";
import { codeOf, plpgsqlTree, valueOf } from "./read-body.ts";
import { as, type Node, type Parser } from "./parser.ts";
import { words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** What a trigger's function answers: the row, the one that was there, nothing, or what cannot be seen. */
export type Answer = "new" | "old" | "row" | "null" | "other";

/** A column of the written row that a trigger's function sets; no column where it sets the row itself. */
export interface Assignment {
  readonly column?: string;
  /** Whether what the release wrote is kept: it is set only where it is NULL, or is the time of the last change. */
  readonly keeps: boolean;
}

export interface TriggerBody {
  readonly answers: readonly Answer[];
  readonly raises: boolean;
  /** Whether its end can be reached without RETURN, which is an error. */
  readonly mayEnd: boolean;
  readonly assignments: readonly Assignment[];
}

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const treeIn = (value: unknown, key: string): Tree | undefined => {
  const held = isTree(value) ? value[key] : undefined;
  return isTree(held) ? held : undefined;
};
const listIn = (value: unknown, key: string): readonly unknown[] => {
  const held = isTree(value) ? value[key] : undefined;
  return Array.isArray(held) ? held : [];
};
const queryOf = (holder: unknown): string => {
  const query = treeIn(treeIn(holder, "expr") ?? treeIn(holder, "cond"), "PLpgSQL_expr")?.["query"];
  return typeof query === "string" ? withoutComments(query) : "";
};

/** PostgreSQL's ERROR. */
const errorLevel = 21;

/** Reads what a function does as a trigger; undefined where it is in another language or cannot be parsed. */
export function readTriggerBody(definition: Node, parser: Parser): TriggerBody | undefined {
  const tree = plpgsqlTree(definition, parser);
  const [root] = Array.isArray(tree) ? (tree as unknown[]) : listIn(tree, "plpgsql_funcs");
  const routine = treeIn(root, "PLpgSQL_function");
  const block = treeIn(treeIn(routine, "action"), "PLpgSQL_stmt_block");
  if (!routine || !block || codeOf(definition) === "") return undefined;
  const answers: Answer[] = [];
  const assignments: Assignment[] = [];
  let raises = false;
  const visit = (value: unknown, guards: readonly string[]): void => {
    if (Array.isArray(value)) for (const inner of value) visit(inner, guards);
    if (!isTree(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const read = readers.get(key);
      if (read) read(inner, guards);
      else visit(inner, guards);
    }
  };
  const visitTarget = (target: unknown): void => void assignments.push(...targetsIn(target));
  /** What is read of a node, by its kind; others are looked into. */
  const readers = new Map<string, (node: unknown, guards: readonly string[]) => void>([
    ["PLpgSQL_stmt_return", (node) => void answers.push(...[answerOf(node, parser) ?? []].flat())],
    ["PLpgSQL_stmt_raise", (node) => void (raises ||= isTree(node) && node["elog_level"] === errorLevel)],
    ["PLpgSQL_stmt_assert", () => void (raises = true)],
    ["strict", (node) => void (raises ||= node === true)],
    [
      "PLpgSQL_stmt_assign",
      (node, guards) => void assignments.push(...assignmentIn(queryOf(node), guards, parser)),
    ],
    ["target", visitTarget],
    ["var", visitTarget],
    [
      "PLpgSQL_stmt_if",
      (node, guards) => {
        visit(treeOrList(node, "then_body"), [...guards, ...nullColumns(queryOf(node))]);
        visit(treeOrList(node, "elsif_list"), guards);
        visit(treeOrList(node, "else_body"), guards);
      },
    ],
  ]);
  visit(block, []);
  // What has another name is not followed.
  if (/\balias\s+for\s+(?:new|old)\b/i.test(withoutComments(codeOf(definition)))) answers.push("other");
  return { answers, raises, mayEnd: !alwaysReturns(listIn(block, "body")), assignments };
}

const treeOrList = (value: unknown, key: string): unknown => (isTree(value) ? value[key] : undefined);

/** The columns that a condition requires to be NULL, without an alternative behind an OR. */
function nullColumns(condition: string): readonly string[] {
  if (/\bor\b/i.test(condition)) return [];
  return [...condition.matchAll(/\bnew\s*\.\s*(\w+)\s+is\s+null\b/gi)].map(([, column = ""]) =>
    column.toLowerCase(),
  );
}

function answerOf(statement: unknown, parser: Parser): Answer | undefined {
  const query = queryOf(statement);
  const variable = isTree(statement) ? statement["retvarno"] : undefined;
  if (variable === 0) return "new";
  if (variable === 1) return "old";
  if (query === "") return variable === undefined ? undefined : "other";
  const value = valueOf(`SELECT ${query}`, parser);
  if (as(value, "A_Const")?.isnull === true) return "null";
  const text = query.replaceAll(/\s+/g, " ").trim();
  if (/^coalesce ?\( ?new ?, ?old ?\)$/i.test(text)) return "row";
  return /\bnull\b/i.test(text) ? "null" : "other";
}

const written = /^\s*new\s*(?:\.\s*("(?:[^"]|"")+"|\w+)[^:=]*)?(?::=|=)([\s\S]*)$/i;

function assignmentIn(query: string, guards: readonly string[], parser: Parser): readonly Assignment[] {
  const [match, quoted, value = ""] = written.exec(query) ?? [];
  if (match === undefined) return [];
  if (quoted === undefined) return [{ keeps: false }];
  const column = quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted.toLowerCase();
  return [{ column, keeps: guards.includes(column) || isKept(column, value, parser) }];
}

/** The words of names for the time of the last change, which a trigger may set. */
const ofLastChange =
  /(?:^|_)(?:updated|modified|changed|touched|edited)(?:_|$)|^(?:updated|modified)(?:At|On)$/;
const clocks: readonly string[] = ["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"];

function isKept(column: string, text: string, parser: Parser): boolean {
  const value = valueOf(`SELECT ${text}`, parser);
  const [first] = as(value, "CoalesceExpr")?.args ?? [];
  const path = words(as(first, "ColumnRef")?.fields);
  if (path.length === 2 && path[0] === "new" && path[1] === column) return true;
  return ofLastChange.test(column) && value !== undefined && isTime(value);
}

/** Whether it is the time and nothing else, perhaps in a zone. */
function isTime(value: Node): boolean {
  const names = nodesWithin(value, "FuncCall").map(({ funcname }) => words(funcname).at(-1) ?? "");
  return (
    names.every((name) => clocks.includes(name) || name === "timezone") &&
    (names.some((name) => clocks.includes(name)) || nodesWithin(value, "SQLValueFunction").length > 0) &&
    nodesWithin(value, "ColumnRef").length === 0
  );
}

/** `SELECT … INTO NEW.slug`. */
function targetsIn(target: unknown): readonly Assignment[] {
  if (treeIn(target, "PLpgSQL_rec")?.["refname"] === "new") return [{ keeps: false }];
  return listIn(treeIn(target, "PLpgSQL_row"), "fields").flatMap((field) => {
    const name = isTree(field) && typeof field["name"] === "string" ? field["name"] : "";
    return name.startsWith("new.") ? [{ column: name.slice("new.".length), keeps: false }] : [];
  });
}

function alwaysReturns(body: readonly unknown[]): boolean {
  return body.some((statement) => {
    const returned = treeIn(statement, "PLpgSQL_stmt_return");
    if (returned) return returned["retvarno"] !== undefined || returned["expr"] !== undefined;
    const raised = treeIn(statement, "PLpgSQL_stmt_raise");
    if (raised) return raised["elog_level"] === errorLevel;
    const block = treeIn(statement, "PLpgSQL_stmt_block");
    if (block) {
      const handlers = listIn(treeIn(treeIn(block, "exceptions"), "PLpgSQL_exception_block"), "exc_list");
      return (
        alwaysReturns(listIn(block, "body")) &&
        handlers.every((one) => alwaysReturns(listIn(treeIn(one, "PLpgSQL_exception"), "action")))
      );
    }
    const branch = treeIn(statement, "PLpgSQL_stmt_if");
    if (branch)
      return (
        alwaysReturns(listIn(branch, "then_body")) &&
        alwaysReturns(listIn(branch, "else_body")) &&
        listIn(branch, "elsif_list").every((one) =>
          alwaysReturns(listIn(treeIn(one, "PLpgSQL_if_elsif"), "stmts")),
        )
      );
    const choice = treeIn(statement, "PLpgSQL_stmt_case");
    if (!choice) return false;
    // A CASE without ELSE that meets none of its values is an error, too.
    const branches = listIn(choice, "case_when_list").map((one) =>
      listIn(treeIn(one, "PLpgSQL_case_when"), "stmts"),
    );
    return [...branches, ...(choice["have_else"] === true ? [listIn(choice, "else_stmts")] : [])].every(
      alwaysReturns,
    );
  });
}

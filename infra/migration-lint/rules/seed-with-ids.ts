import type { Known } from "../known.ts";
import { as, type Held, type Node, type RangeVar } from "../parser.ts";
import { hitOn, type Hit, type Rule } from "../rule.ts";
import { columnOf, tableOf, type Thing, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";
import { isCaughtUp } from "./counters.ts";

/** A value that no counter gives: a default, a text that is no number, or a new identifier. */
function isNoNumber(value: Node | undefined): boolean {
  if (value === undefined) return true;
  if (as(value, "SetToDefault")) return true;
  const text = as(value, "A_Const")?.sval?.sval;
  if (text !== undefined) return !/^\s*\d+\s*$/.test(text);
  const call = as(value, "FuncCall")?.funcname ?? [];
  return call.some((node) => /uuid/.test(as(node, "String")?.sval ?? ""));
}

/** The values that a column gets, a row each; undefined where a query gives them. */
function valuesAt(
  { selectStmt }: Held<"InsertStmt">,
  index: number,
): readonly (Node | undefined)[] | undefined {
  const select = as(selectStmt, "SelectStmt");
  const rows = select?.valuesLists?.map((row) => as(row, "List")?.items?.[index]);
  if (rows) return rows;
  const target = as(select?.targetList?.[index], "ResTarget")?.val;
  return target && isNoNumber(target) ? [target] : undefined;
}

function seeded(insert: Held<"InsertStmt">, table: Thing, known: Known): readonly string[] {
  if (!insert.selectStmt) return [];
  const facts = known.history.table(table);
  const listed = insert.cols?.flatMap((node) => as(node, "ResTarget")?.name ?? []);
  const isKnown = facts?.isComplete === true;
  const names = listed ?? (isKnown ? [...facts.columns.keys()] : ["id"]);
  return names.filter((name, index) => {
    const values = valuesAt(insert, index);
    return mayCount(table, name, known) && (values === undefined || !values.every(isNoNumber));
  });
}

/** The columns that COPY, or the INSERT of a MERGE, writes. */
function otherwiseSeeded(statement: Node): readonly (readonly [RangeVar | undefined, readonly string[]])[] {
  const copy = as(statement, "CopyStmt");
  return [
    ...(copy?.is_from === true ? [[copy.relation, words(copy.attlist)] as const] : []),
    ...nodesWithin(statement, "MergeStmt").flatMap(({ relation, mergeWhenClauses = [] }) =>
      mergeWhenClauses.flatMap((node) => {
        const clause = as(node, "MergeWhenClause");
        if (clause?.commandType !== "CMD_INSERT") return [];
        const names = (clause.targetList ?? []).map((target) => as(target, "ResTarget")?.name ?? "");
        return [[relation, names] as const];
      }),
    ),
  ];
}

function mayCount(table: Thing, name: string, known: Known): boolean {
  const facts = known.history.table(table);
  return facts?.isComplete === true ? facts.columns.get(name)?.isCounter === true : name === "id";
}

const newCounterHarm =
  "the new counter begins with numbers that these rows have, and the first rows of the release that uses the table fail";

const isNewCounter = (table: Thing, column: string, known: Known): boolean =>
  table.schema !== "pg_temp" &&
  known.trust(table) === "surely" &&
  known.history.column(table, column)?.isCounter === true;

export const seedWithIds: Rule = {
  name: "seed-with-ids",
  class: "breaks the running release",
  harm: "a counter does not see numbers that an INSERT gives itself, and the running release's next row gets one of them",
  remedy:
    "leave the column out; or move the counter on in the same migration: SELECT setval(pg_get_serial_sequence(TABLE, COLUMN), (SELECT max(COLUMN) FROM TABLE))",
  find: (statement, known) => {
    const inserts = nodesWithin(statement, "InsertStmt").map(
      (insert) => [insert.relation, seeded(insert, tableOf(insert.relation), known)] as const,
    );
    // Only what comes behind sees the numbers.
    const behind = known.statements.slice(known.statements.indexOf(statement) + 1);
    return [...inserts, ...otherwiseSeeded(statement)].flatMap(([range, columns]): readonly Hit[] => {
      const table = tableOf(range);
      return columns
        .filter((column) => mayCount(table, column, known) && !isCaughtUp(table, column, undefined, behind))
        .map((column) => {
          const hit = hitOn(columnOf(table, column));
          // Only of a counter that this migration makes is it known that its first numbers are taken.
          return isNewCounter(table, column, known)
            ? { subject: hit.subject, harm: newCounterHarm }
            : { ...hit, of: table };
        });
    });
  },
};

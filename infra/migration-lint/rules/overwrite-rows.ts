import type { Known } from "../known.ts";
import { as, type Node } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { columnOf, tableOf, type Thing, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** A statement that writes into rows which are there. */
interface Write {
  readonly table: Thing;
  readonly columns: readonly string[];
  readonly where?: Node | undefined;
}

const targets = (list: readonly Node[] | undefined): readonly string[] =>
  (list ?? []).flatMap((node) => as(node, "ResTarget")?.name ?? []);

function writes(statement: Node): readonly Write[] {
  return [
    ...nodesWithin(statement, "UpdateStmt").map(({ relation, targetList, whereClause }) => ({
      table: tableOf(relation),
      columns: targets(targetList),
      where: whereClause,
    })),
    ...nodesWithin(statement, "InsertStmt").flatMap(({ relation, onConflictClause: conflict }) =>
      conflict?.action === "ONCONFLICT_UPDATE"
        ? [{ table: tableOf(relation), columns: targets(conflict.targetList), where: conflict.whereClause }]
        : [],
    ),
    ...nodesWithin(statement, "MergeStmt").flatMap(({ relation, mergeWhenClauses = [] }) =>
      mergeWhenClauses.flatMap((node) => {
        const clause = as(node, "MergeWhenClause");
        return clause?.commandType === "CMD_UPDATE"
          ? [{ table: tableOf(relation), columns: targets(clause.targetList), where: clause.condition }]
          : [];
      }),
    ),
  ];
}

/** The columns that a condition requires to be NULL, whatever else it requires. */
function columnsThatAreNull(where: Node | undefined): readonly string[] {
  const all = as(where, "BoolExpr");
  if (all?.boolop === "AND_EXPR") return (all.args ?? []).flatMap(columnsThatAreNull);
  const test = as(where, "NullTest");
  return test?.nulltesttype === "IS_NULL" ? words(as(test.arg, "ColumnRef")?.fields).slice(-1) : [];
}

/** The columns in which a value that was there before is written over. */
function overwritten({ table, columns, where }: Write, known: Known): readonly string[] {
  const empty = columnsThatAreNull(where);
  return columns.filter(
    (column) => !empty.includes(column) && known.trust(columnOf(table, column)) !== "surely",
  );
}

export const overwriteRows: Rule = {
  name: "overwrite-rows",
  class: "loses data",
  harm: "the values that were there before are lost",
  remedy: "write into a new column, or only where the column IS NULL",
  find: (statement, known) =>
    writes(statement).flatMap((write) =>
      overwritten(write, known).map((column) => hitOn(columnOf(write.table, column))),
    ),
};

export const backfillRows: Rule = {
  name: "backfill-rows",
  class: "locks",
  harm: "all rows are written in one transaction, which holds each of them, and every lock of this migration, to its end",
  remedy: "fill the column in parts by a job of the application; a small table may be declared",
  find: (statement, known) =>
    writes(statement).flatMap((write): readonly Hit[] =>
      overwritten(write, known).length === 0 ? [hitOn(write.table)] : [],
    ),
};

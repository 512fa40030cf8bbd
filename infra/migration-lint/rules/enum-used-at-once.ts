import type { AddedValue } from "../history.ts";
import type { Known } from "../known.ts";
import { as, type Node, statementsIn } from "../parser.ts";
import { codeOf } from "../read-body.ts";
import { hitOn, type Rule } from "../rule.ts";
import { subjectOf, tableOf, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** Whether a text in the statement may be meant as a value of the type: not where all its tables are known to have none. */
function mayMean({ type }: AddedValue, statement: Node, known: Known): boolean {
  const isOfType = (names: readonly string[]): boolean => names.at(-1) === type.name;
  const types = [
    ...nodesWithin(statement, "TypeCast").map(({ typeName }) => typeName),
    ...nodesWithin(statement, "ColumnDef").map(({ typeName }) => typeName),
  ];
  if (types.some((type) => isOfType(words(type?.names)))) return true;
  if (nodesWithin(statement, "FuncCall").some(({ funcname }) => known.bodiesOf(words(funcname)).length > 0))
    return true;
  const named = [
    as(statement, "AlterTableStmt")?.relation,
    as(statement, "CreateStmt")?.relation,
    as(statement, "IndexStmt")?.relation,
    ...nodesWithin(statement, "InsertStmt").map((write) => write.relation),
    ...nodesWithin(statement, "UpdateStmt").map((write) => write.relation),
    ...nodesWithin(statement, "DeleteStmt").map((write) => write.relation),
  ];
  const tables = [...nodesWithin(statement, "RangeVar"), ...named.filter((range) => range !== undefined)].map(
    (range) => known.history.table(tableOf(range)),
  );
  return tables.some(
    (facts) =>
      facts?.isComplete !== true || [...facts.columns.values()].some((column) => column.type === type.name),
  );
}

/** The body of a function in SQL, which PostgreSQL checks when it makes the function. */
function bodyOf(statement: Node, { parser }: Known): readonly Node[] {
  const routine = as(statement, "CreateFunctionStmt");
  if (!routine) return [];
  if (routine.sql_body) return [routine.sql_body];
  const isSql = routine.options?.some((node) => {
    const option = as(node, "DefElem");
    return option?.defname === "language" && as(option.arg, "String")?.sval === "sql";
  });
  return isSql === true ? statementsIn(codeOf(statement), parser) : [];
}

const uses = (added: AddedValue, statement: Node, known: Known): boolean =>
  [statement, ...bodyOf(statement, known)].some(
    (node) =>
      nodesWithin(node, "A_Const").some(({ sval }) => sval?.sval === added.value) &&
      mayMean(added, node, known),
  );

export const enumUsedAtOnce: Rule = {
  name: "enum-used-at-once",
  class: "does not run",
  harm: "PostgreSQL refuses to use a value of an enum in the transaction that adds it, and all migrations of a release run in one",
  remedy: "add the value in one release, and use it in a migration of a later one",
  find: (statement, known) =>
    known.history.addedValues
      .filter((added) => known.trust(added.type) !== "surely" && uses(added, statement, known))
      .map((added) => {
        const hit = hitOn(added.type);
        const subject = `${subjectOf(added.type)}.${added.value}`;
        if (added.migration === known.history.migration) return { ...hit, subject };
        const maker = known.history.makerOf(added.type);
        return {
          ...hit,
          subject,
          harm: `it uses a value that ${added.migration} adds, which PostgreSQL refuses in one transaction: they need a release between them`,
          remedy: `roll out a release that has ${added.migration} and not yet this one, then this one`,
          apartFrom: { migration: added.migration, ...(maker === undefined ? {} : { unlessWith: maker }) },
        };
      }),
};

import { alterations } from "../alterations.ts";
import { kindOf } from "../known.ts";
import { type Node, as } from "../parser.ts";
import { type Hit, type Rule, hitOn } from "../rule.ts";
import { columnOf, display, pathOf, tableOf, thing } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

/** What a DROP of one of these types drops. */
export function findDropped(statement: Node, isOfRule: (type: string) => boolean): readonly Hit[] {
  const drop = as(statement, "DropStmt");
  if (!drop || !isOfRule(drop.removeType ?? "")) return [];
  const kind = kindOf(drop.removeType);
  return (drop.objects ?? []).map((object) =>
    kind ? hitOn(thing(kind, pathOf(object))) : { subject: display(pathOf(object)) },
  );
}

export const dropTable: Rule = {
  name: "drop-table",
  class: "loses data",
  harm: "every row is lost, and whatever still reads the table fails",
  remedy: "stop using it in one release, drop it in a later one",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (drop?.removeType !== "OBJECT_TABLE" && drop?.removeType !== "OBJECT_FOREIGN_TABLE") return [];
    return (drop.objects ?? []).map((object) => hitOn(thing("table", pathOf(object))));
  },
};

export const dropColumn: Rule = {
  name: "drop-column",
  class: "loses data",
  harm: "what the column holds is lost, and the running release still reads and writes it",
  remedy: "stop using it in one release, drop it in a later one",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_DropColumn")
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
};

/** What holds values that are nowhere else, apart from tables. */
const containers: readonly string[] = ["OBJECT_SCHEMA", "OBJECT_SEQUENCE", "OBJECT_EXTENSION"];

export const dropContainer: Rule = {
  name: "drop-container",
  class: "loses data",
  harm: "what the schema, sequence or extension holds is lost with it",
  remedy: "drop it when a later release has nothing in it any more",
  find: (statement) => findDropped(statement, (type) => containers.includes(type)),
};

export const dropOwned: Rule = {
  name: "drop-owned",
  class: "loses data",
  harm: "everything that the role owns is dropped, tables with their rows too, without naming any",
  remedy: "name each thing in a statement of its own",
  find: (statement) =>
    (as(statement, "DropOwnedStmt")?.roles ?? []).map((node) => ({
      subject: display([as(node, "RoleSpec")?.rolename ?? "current_user"]),
    })),
};

export const truncate: Rule = {
  name: "truncate",
  class: "loses data",
  harm: "every row is lost",
  remedy: "leave the rows; a job of the application can take out what is not wanted, in parts",
  find: (statement) =>
    (as(statement, "TruncateStmt")?.relations ?? []).map((node) => hitOn(tableOf(as(node, "RangeVar")))),
};

export const deleteRows: Rule = {
  name: "delete-rows",
  class: "loses data",
  harm: "the rows that match are lost",
  remedy: "leave the rows, or let a job of the application take them out in parts",
  find: (statement) => [
    ...nodesWithin(statement, "DeleteStmt").map(({ relation }) => hitOn(tableOf(relation))),
    ...nodesWithin(statement, "MergeStmt")
      .filter(({ mergeWhenClauses = [] }) =>
        mergeWhenClauses.some((clause) => as(clause, "MergeWhenClause")?.commandType === "CMD_DELETE"),
      )
      .map(({ relation }) => hitOn(tableOf(relation))),
  ],
};

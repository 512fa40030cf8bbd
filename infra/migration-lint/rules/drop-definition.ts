import { alterations } from "../alterations.ts";
import { type Node, as } from "../parser.ts";
import { type Rule, hitOn } from "../rule.ts";
import { findDropped } from "./drop-data.ts";
import { columnOf, constraintOf, pathOf, thing, words } from "../thing.ts";

/** Dropped by rules of their own. */
const others: readonly string[] = [
  "OBJECT_TABLE",
  "OBJECT_FOREIGN_TABLE",
  "OBJECT_SCHEMA",
  "OBJECT_SEQUENCE",
  "OBJECT_EXTENSION",
  "OBJECT_INDEX",
];

export const dropObject: Rule = {
  name: "drop-object",
  class: "breaks the running release",
  harm: "the running release may still use it: a view, type, function, trigger, policy, …",
  remedy: "drop it in a release after the one that stopped using it",
  find: (statement) => findDropped(statement, (type) => !others.includes(type)),
};

export const dropIndex: Rule = {
  name: "drop-index",
  class: "breaks the running release",
  harm: "queries that used it read complete tables, and a unique one no longer keeps doubles out",
  remedy: "drop it in a release after the one whose queries stopped using it",
  find: (statement) => {
    const drop = as(statement, "DropStmt");
    if (drop?.removeType !== "OBJECT_INDEX") return [];
    return (drop.objects ?? []).map((object) => hitOn(thing("index", pathOf(object))));
  },
};

export const dropConstraint: Rule = {
  name: "drop-constraint",
  class: "breaks the running release",
  harm: "what it kept out comes in, ON CONFLICT of the running release fails without it, and the older release may meet rows that it cannot read",
  remedy: "drop it in a release after the one that no longer counts on it",
  find: (statement) => {
    const domain = as(statement, "AlterDomainStmt");
    return [
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_DropConstraint")
        .map(({ table, command }) => constraintOf(table, command.name ?? ""))
        .map((constraint) => hitOn(constraint)),
      ...(domain?.subtype === "X" ? [hitOn(thing("type", words(domain.typeName)))] : []),
    ];
  },
};

/** DROP DEFAULT, and SET DEFAULT NULL, which is the same. */
const isNone = (value: Node | undefined): boolean =>
  value === undefined || as(value, "A_Const")?.isnull === true;

export const dropDefault: Rule = {
  name: "drop-default",
  class: "breaks the running release",
  harm: "the running release inserts rows and leaves it to the database to fill the column",
  remedy: "drop the default, identity or expression in a release after the one that writes the column itself",
  find: (statement) => [
    ...alterations(statement)
      .filter(
        ({ subtype, command }) =>
          (subtype === "AT_ColumnDefault" && isNone(command.def)) ||
          subtype === "AT_DropIdentity" ||
          subtype === "AT_DropExpression",
      )
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
    ...[as(statement, "AlterDomainStmt")]
      .filter((domain) => domain?.subtype === "T" && isNone(domain.def))
      .map((domain) => hitOn(thing("type", words(domain?.typeName)))),
  ],
};

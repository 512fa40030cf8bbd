import { alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Node } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { subjectOf, tableOf, type Thing } from "../thing.ts";

export const detachPartition: Rule = {
  name: "detach-partition",
  class: "breaks the running release",
  harm: "its rows are gone for everyone who asks the parent",
  remedy: "detach it in a release after the one that needs the rows no more",
  find: (statement) =>
    alterations(statement).flatMap(({ subtype, command, table }) => {
      if (subtype === "AT_DetachPartition" || subtype === "AT_DetachPartitionFinalize") {
        const partition = tableOf(as(command.def, "PartitionCmd")?.name);
        return [{ subject: subjectOf(partition), of: partition }];
      }
      return subtype === "AT_DropInherit" ? [{ subject: subjectOf(table), of: table }] : [];
    }),
};

/** The parent of a partition that a statement makes or attaches, but for the default one. */
function parentOf(statement: Node): Thing | undefined {
  const create = as(statement, "CreateStmt");
  if (create?.partbound)
    return create.partbound.is_default === true
      ? undefined
      : tableOf(as(create.inhRelations?.[0], "RangeVar"));
  const attach = alterations(statement).find(({ subtype }) => subtype === "AT_AttachPartition");
  const bound = as(attach?.command.def, "PartitionCmd")?.bound;
  return attach?.table.kind === "table" && bound && bound.is_default !== true ? attach.table : undefined;
}

/** Unless migrations made the parent, it is unknown whether it has a default partition. */
function searchedDefault(statement: Node, known: Known): readonly Hit[] {
  const parent = parentOf(statement);
  if (!parent || known.history.table(parent)?.hasDefaultPartition === false) return [];
  const constraints = (as(statement, "CreateStmt")?.tableElts ?? []).flatMap((node) => [
    node,
    ...(as(node, "ColumnDef")?.constraints ?? []),
  ]);
  if (constraints.some((node) => (as(node, "Constraint")?.contype ?? "CONSTR_DEFAULT") !== "CONSTR_DEFAULT"))
    return [
      hitOn(parent, {
        class: "breaks the running release",
        harm: "rows that its default partition took go into the new one, whose constraints may refuse them",
        remedy: "make the partition without constraints of its own",
      }),
    ];
  return [
    hitOn(parent, {
      harm: "its default partition, where it has one, is searched while reads and writes wait, and the statement fails where it has such rows",
      remedy:
        "give the default partition before, in a release of its own, a validated CHECK that keeps such rows out; declare it then, or where there is no default partition",
    }),
  ];
}

export const attachPartition: Rule = {
  name: "attach-partition",
  class: "locks",
  harm: "every row of a table that is there is checked while reads and writes wait",
  remedy:
    "give it before, in a release of its own, a validated CHECK that equals the partition's bounds; declare it then",
  find: (statement, known) => [
    ...alterations(statement)
      .filter(({ subtype }) => subtype === "AT_AttachPartition")
      .map(({ command }) => tableOf(as(command.def, "PartitionCmd")?.name))
      .map((partition) => ({ subject: subjectOf(partition), of: partition })),
    ...searchedDefault(statement, known),
  ],
};

export const addInherit: Rule = {
  name: "add-inherit",
  class: "breaks the running release",
  harm: "its rows appear for everyone who reads the parent, and an UPDATE or DELETE there meets them too",
  remedy: "let the release that needs both tables read both",
  find: (statement, known) => {
    const create = as(statement, "CreateStmt");
    const parents = create?.partbound ? [] : (create?.inhRelations ?? []);
    return [
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_AddInherit")
        .map(({ table }) => hitOn(table)),
      ...(parents.some((node) => known.trust(tableOf(as(node, "RangeVar"))) === "no")
        ? [{ subject: subjectOf(tableOf(create?.relation)) }]
        : []),
    ];
  },
};

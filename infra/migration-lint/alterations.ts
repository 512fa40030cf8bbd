import { type AlterTableCmd, as, type ColumnDef, type Constraint, type Node } from "./parser.ts";
import { type Thing, type ThingKind, relation } from "./thing.ts";

/** One sub-command of an ALTER TABLE, INDEX, VIEW, SEQUENCE or TYPE. */
export interface Alteration {
  readonly subtype: NonNullable<AlterTableCmd["subtype"]>;
  readonly command: AlterTableCmd;
  readonly table: Thing;
}

const kinds: Readonly<Record<string, ThingKind>> = {
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_TYPE: "type",
};

export function alterations(statement: Node): readonly Alteration[] {
  const alter = as(statement, "AlterTableStmt");
  if (!alter) return [];
  const table = relation(kinds[alter.objtype ?? ""] ?? "table", alter.relation);
  return (alter.cmds ?? []).flatMap((node) => {
    const command = as(node, "AlterTableCmd");
    return command?.subtype ? [{ subtype: command.subtype, command, table }] : [];
  });
}

/** A column that a statement adds to a table. */
export interface AddedColumn {
  readonly table: Thing;
  readonly column: ColumnDef;
  readonly constraints: readonly Constraint[];
  readonly isSkippedWhenThere: boolean;
}

export function addedColumns(statement: Node): readonly AddedColumn[] {
  return alterations(statement).flatMap(({ subtype, command, table }) => {
    const column = subtype === "AT_AddColumn" ? as(command.def, "ColumnDef") : undefined;
    return column
      ? [
          {
            table,
            column,
            constraints: (column.constraints ?? []).flatMap((node) => as(node, "Constraint") ?? []),
            isSkippedWhenThere: command.missing_ok === true,
          },
        ]
      : [];
  });
}

/** A constraint that a statement adds to a table that is there. */
export interface AddedConstraint {
  readonly table: Thing;
  readonly constraint: Constraint;
}

export function addedConstraints(statement: Node): readonly AddedConstraint[] {
  return alterations(statement).flatMap(({ subtype, command, table }) => {
    const constraint = subtype === "AT_AddConstraint" ? as(command.def, "Constraint") : undefined;
    return constraint ? [{ table, constraint }] : [];
  });
}

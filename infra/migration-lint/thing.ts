import { as, type Node, type RangeVar, type TypeName } from "./parser.ts";

export type ThingKind =
  "table" | "column" | "constraint" | "index" | "view" | "type" | "sequence" | "schema" | "function";

/** Something in a database that has a name. */
export interface Thing {
  readonly kind: ThingKind;
  /** Absent where the statement does not have it. */
  readonly schema?: string;
  readonly name: string;
  /** The table of a column or a constraint. */
  readonly table?: Thing;
}

const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A name as people write it: without the schema that is meant anyway. */
export function display(parts: readonly string[]): string {
  return (parts[0] === "public" && parts.length > 1 ? parts.slice(1) : parts).map(quoted).join(".");
}

export function subjectOf({ schema, name, table }: Thing): string {
  if (table) return `${subjectOf(table)}.${quoted(name)}`;
  return display(schema === undefined ? [name] : [schema, name]);
}

/** A thing by its path in a statement: `["public", "plans"]`. */
export function thing(kind: ThingKind, path: readonly string[]): Thing {
  const name = path.at(-1) ?? "";
  const schema = path.at(-2);
  return schema === undefined ? { kind, name } : { kind, schema, name };
}

export function relation(kind: ThingKind, range: RangeVar | undefined): Thing {
  const path = [range?.schemaname, range?.relname].filter((part) => part !== undefined);
  return thing(kind, range?.relpersistence === "t" ? ["pg_temp", path.at(-1) ?? ""] : path);
}

export const tableOf = (range: RangeVar | undefined): Thing => relation("table", range);
export const columnOf = (table: Thing, name: string): Thing => ({ kind: "column", name, table });
export const constraintOf = (table: Thing, name: string): Thing => ({ kind: "constraint", name, table });

/** The words of a list of strings, as names stand in the tree. */
export function words(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => as(node, "String")?.sval ?? "");
}

/** The name that an object of a DROP, a RENAME or a COMMENT has. */
export function pathOf(object: Node | undefined): readonly string[] {
  const string = as(object, "String");
  if (string) return [string.sval ?? ""];
  const list = as(object, "List") ?? as(object, "TypeName");
  if (list) {
    if (!("items" in list)) return words((list as TypeName).names);
    // A cast has no name, but the names of two types.
    return (list.items ?? []).map(
      (node) => as(node, "String")?.sval ?? words(as(node, "TypeName")?.names).at(-1) ?? "",
    );
  }
  return words(as(object, "ObjectWithArgs")?.objname);
}

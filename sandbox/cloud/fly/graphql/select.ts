import type { Field } from "./query.ts";

/** What can be asked of an object: a value, or a function of the field's arguments. Objects are chosen from in turn. */
export interface Node {
  readonly [name: string]: unknown;
}
export type Resolver = (args: Readonly<Record<string, unknown>>) => unknown;

/** An error in the form of GraphQL's answers. */
export class GraphqlError extends Error {
  /** Absent where no record shows one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Picks the asked fields, and refuses one that the object does not have: a client's new field must not be passed over. */
export function select(node: Node, fields: readonly Field[], path: string): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = path === "" ? field.name : `${path}.${field.name}`;
      if (field.name === "__typename") return [field.as, null];
      if (!(field.name in node))
        throw new GraphqlError(`Field '${at}' is not in this sandbox`, "undefinedField");
      const found = node[field.name];
      const value = typeof found === "function" ? (found as Resolver)(field.args) : found;
      return [field.as, field.fields ? choose(value, field.fields, at) : value];
    }),
  );
}

function choose(value: unknown, fields: readonly Field[], path: string): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => choose(each, fields, path));
  return select(value as Node, fields, path);
}

import { GraphqlError } from "./errors.ts";
import type { Field, Operation } from "./operation.ts";

/** What can be asked of an object: a value, or a function of the field's arguments. Objects are chosen from in turn. */
export interface Node {
  /** The vendor's name of the type, for errors and clients that ask for it. */
  readonly __typename?: string;
  readonly [name: string]: unknown;
}
export type Resolver = (args: Readonly<Record<string, unknown>>) => unknown;

/** Picks the chosen fields, and refuses one that the object does not have: a client's new field must not be passed over. */
export function select(node: Node, { title, fields }: Operation): Record<string, unknown> {
  return selectFields(node, fields, [title]);
}

function selectFields(
  node: Node,
  fields: readonly Field[],
  path: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = [...path, field.as];
      if (field.name === "__typename") return [field.as, node.__typename ?? null];
      if (!Object.hasOwn(node, field.name)) throw undefinedField(node, field, at);
      const found = node[field.name];
      const value = typeof found === "function" ? (found as Resolver)(field.args) : found;
      return [field.as, choose(value, field, at)];
    }),
  );
}

function choose(value: unknown, field: Field, path: readonly string[]): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => choose(each, field, path));
  const typeName = (value as Node).__typename;
  if (field.fields) {
    if (typeof value === "object") return selectFields(value as Node, field.fields, path);
    throw mismatch(`Selections can't be made on scalars (field '${field.name}')`, field, path);
  }
  if (typeName === undefined) return value;
  throw mismatch(`Field must have selections (field '${field.name}' returns ${typeName})`, field, path);
}

/** In the vendor's form; the message names whose gap it is, since Fly may well have the field. */
export function undefinedField(
  { __typename }: Node,
  { name, place }: Field,
  path: readonly string[],
): GraphqlError {
  return new GraphqlError(`Field '${path.slice(1).join(".")}' is not in this sandbox`, {
    code: "undefinedField",
    ...{ place, path, fieldName: name },
    ...(__typename === undefined ? {} : { typeName: __typename }),
  });
}

const mismatch = (message: string, { place }: Field, path: readonly string[]): GraphqlError =>
  new GraphqlError(message, { code: "selectionMismatch", place, path });

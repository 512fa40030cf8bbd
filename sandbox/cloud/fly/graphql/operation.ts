import type { DirectiveNode, FieldNode, OperationDefinitionNode, SelectionNode, ValueNode } from "graphql";
// Its own files, since the index loads the execution of a schema too and takes five times as long.
import { GraphQLError } from "graphql/error/GraphQLError.js";
import { Kind, parse, print, visit } from "graphql/language/index.js";
import { valueFromASTUntyped } from "graphql/utilities/valueFromASTUntyped.js";
import { GraphqlError, type Place } from "./errors.ts";

/** A field that an operation chooses. */
export interface Field {
  readonly name: string;
  /** The name in the answer. */
  readonly as: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Chosen fields of what the field holds; undefined for a plain value. */
  readonly fields?: readonly Field[];
  readonly place: Place;
}

export interface Operation {
  readonly kind: "query" | "mutation" | "subscription";
  /** How an error's path begins: `query`, or `query NAME`. */
  readonly title: string;
  readonly fields: readonly Field[];
}

type Variables = Readonly<Record<string, unknown>>;

/** The operation that a request chooses, with its fragments and variables put in their places. */
export function readOperation(text: string, given: Variables, name?: string | null): Operation {
  const { definitions } = parsed(text);
  const operation = chosen(
    definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION),
    name,
  );
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const variables = variablesOf(operation, given);

  const valueOf = (value: ValueNode): unknown => {
    visit(value, {
      Variable: ({ name: { value: used }, loc }) => {
        if (Object.hasOwn(variables, used)) return;
        const title = operation.name?.value ?? "anonymous query";
        throw new GraphqlError(`Variable $${used} is used by ${title} but not declared`, {
          code: "variableNotDefined",
          place: placeOf(loc),
        });
      },
    });
    return valueFromASTUntyped(value, variables);
  };
  const argsOf = ({ arguments: args = [] }: FieldNode | DirectiveNode): Readonly<Record<string, unknown>> =>
    Object.fromEntries(args.map((each) => [each.name.value, valueOf(each.value)]));
  const isIncluded = ({ directives = [] }: SelectionNode): boolean =>
    directives.every((each) => {
      const isMet = argsOf(each)["if"] === true;
      return each.name.value === "skip" ? !isMet : each.name.value !== "include" || isMet;
    });

  /** Field by field, those of fragments in their places. */
  const spread = (selections: readonly SelectionNode[], inside: readonly string[]): readonly FieldNode[] =>
    selections.filter(isIncluded).flatMap((each) => {
      if (each.kind === Kind.FIELD) return [each];
      if (each.kind === Kind.INLINE_FRAGMENT) return spread(each.selectionSet.selections, inside);
      const used = each.name.value;
      const fragment = fragments.find((other) => other.name.value === used);
      const place = placeOf(each.loc);
      if (!fragment)
        throw new GraphqlError(`Fragment ${used} was used, but not defined`, {
          code: "useAndDefineFragment",
          place,
        });
      if (inside.includes(used))
        throw new GraphqlError(`Fragment ${used} contains an infinite loop`, { code: "infiniteLoop", place });
      return spread(fragment.selectionSet.selections, [...inside, used]);
    });

  const fieldsOf = (selections: readonly SelectionNode[]): readonly Field[] => {
    const byKey = new Map<string, FieldNode[]>();
    for (const field of spread(selections, [])) {
      const key = field.alias?.value ?? field.name.value;
      byKey.set(key, [...(byKey.get(key) ?? []), field]);
    }
    return [...byKey].flatMap(([as, nodes]) => {
      const [first] = nodes;
      if (!first) return [];
      // What two parts of an operation choose of one field is one choice.
      const inner = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
      const field = { name: first.name.value, as, args: argsOf(first), place: placeOf(first.loc) };
      return [inner.length > 0 ? { ...field, fields: fieldsOf(inner) } : field];
    });
  };

  const kind = operation.operation;
  return {
    kind,
    title: operation.name ? `${kind} ${operation.name.value}` : kind,
    fields: fieldsOf(operation.selectionSet.selections),
  };
}

function parsed(text: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new GraphqlError(error.message, { code: "parseError", place: error.locations?.[0] });
  }
}

function chosen(
  operations: readonly OperationDefinitionNode[],
  name: string | null | undefined,
): OperationDefinitionNode {
  const named = operations.filter((each) => !name || each.name?.value === name);
  const [operation] = named;
  if (operation && named.length === 1) return operation;
  if (operations.length === 0) throw new GraphqlError("No query string was present");
  throw new GraphqlError(name ? `No operation named "${name}"` : "An operation name is required");
}

/** Those that the operation declares, with their defaults. */
function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables {
  return Object.fromEntries(
    variableDefinitions.map(({ variable, type, defaultValue, loc }) => {
      const name = variable.name.value;
      const value = given[name] ?? (defaultValue ? valueFromASTUntyped(defaultValue) : undefined);
      if (type.kind === Kind.NON_NULL_TYPE && value === undefined)
        throw new GraphqlError(`Variable $${name} of type ${print(type)} was provided invalid value`, {
          place: placeOf(loc),
        });
      return [name, value];
    }),
  );
}

function placeOf(location: FieldNode["loc"]): Place {
  const { line = 1, column = 1 } = location?.startToken ?? {};
  return { line, column };
}

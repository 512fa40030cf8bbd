import ts from "typescript";

type Member = ts.PropertySignature & { readonly type: ts.TypeNode };
export type Members = ReadonlyMap<string, Member>;

export interface TypesFile {
  readonly text: string;
  /** The type of a field below an exported interface, as it is written: `at("components", "schemas", "issue")`. */
  at(...names: readonly string[]): ts.TypeNode | undefined;
  /** The same, where it is an object. */
  literalAt(...names: readonly string[]): ts.TypeLiteralNode | undefined;
  /** `components["schemas"]["issue"]` → `["components", "schemas", "issue"]` */
  namesOf(node: ts.TypeNode): readonly string[];
  /** What an indexed access stands for; every other type stands for itself. */
  follow(node: ts.TypeNode): ts.TypeNode;
}

/** Reads a file of openapi-typescript as it is written: no types are worked out, so that it takes a second. */
export function openTypesFile(text: string): TypesFile {
  const file = ts.createSourceFile("types.d.ts", text, ts.ScriptTarget.Latest, false);
  const interfaces = new Map<string, Members>();
  for (const statement of file.statements)
    if (ts.isInterfaceDeclaration(statement))
      interfaces.set(statement.name.text, namedMembers(statement.members));

  const at: TypesFile["at"] = (first = "", second = "", ...rest) =>
    rest.reduce<ts.TypeNode | undefined>((node, name) => {
      const target = node && follow(node);
      return target && ts.isTypeLiteralNode(target)
        ? namedMembers(target.members).get(name)?.type
        : undefined;
    }, interfaces.get(first)?.get(second)?.type);

  const namesOf: TypesFile["namesOf"] = (node) => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) return [node.typeName.text];
    if (ts.isIndexedAccessTypeNode(node) && ts.isLiteralTypeNode(node.indexType))
      return [...namesOf(node.objectType), (node.indexType.literal as ts.LiteralExpression).text];
    throw unread(text, node);
  };

  const follow: TypesFile["follow"] = (node) => {
    if (ts.isParenthesizedTypeNode(node)) return follow(node.type);
    if (!ts.isIndexedAccessTypeNode(node)) return node;
    const target = at(...namesOf(node));
    if (!target) throw unread(text, node);
    return follow(target);
  };

  const literalAt: TypesFile["literalAt"] = (...names) => {
    const node = at(...names);
    const target = node && follow(node);
    return target && ts.isTypeLiteralNode(target) ? target : undefined;
  };

  return { text, at, literalAt, namesOf, follow };
}

/** The fields that have a name and a type; numbers are names too: `200`. */
export function namedMembers(members: ts.NodeArray<ts.TypeElement>): Members {
  const named = new Map<string, Member>();
  for (const member of members)
    if (ts.isPropertySignature(member) && member.type && !ts.isComputedPropertyName(member.name))
      named.set(member.name.text, member as Member);
  return named;
}

export function unread(text: string, { pos, end }: ts.Node): Error {
  return new Error(
    `Internal error: the reader of types does not read ${text.slice(pos, Math.min(end, pos + 90))}`,
  );
}

import ts from "typescript";

/** A field of an answer that a client of ours reads. */
export interface Read {
  /** As in the table of facts: `aliases[].uid`. */
  readonly path: string;
  /** Whether the client fails, or takes another's value, where the field is missing. */
  readonly isRequired: boolean;
  readonly mayBeNull: boolean;
}

type Modifiers = Pick<Read, "isRequired" | "mayBeNull">;
const plain: Modifiers = { isRequired: true, mayBeNull: false };

/**
 * What a client reads, by the name of its zod schema or interface, from the text of its module: tests import no code of
 * the program together with code of the sandbox.
 */
export function declaredReads(text: string): (name: string) => readonly Read[] {
  const file = ts.createSourceFile("client.ts", text, ts.ScriptTarget.Latest, true);
  const declared = new Map<string, ts.Node>();
  // An outer one comes first: a field inside of a schema may have the name of another schema.
  const declare = (name: string, node: ts.Node): void => {
    if (!declared.has(name)) declared.set(name, node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isIdentifier(node.name))
      declare(node.name.text, unwrap(node.initializer));
    if (ts.isInterfaceDeclaration(node)) declare(node.name.text, node);
    if (ts.isPropertyAssignment(node) && isZod(unwrap(node.initializer)))
      declare(node.name.getText(), unwrap(node.initializer));
    ts.forEachChild(node, visit);
  };
  visit(file);

  return (name) => {
    const node = declared.get(name);
    if (!node) throw new Error(`no schema or interface is called ${name}`);
    return ts.isInterfaceDeclaration(node) ? ofMembers(node.members, "") : ofSchema(node, "", plain).reads;
  };

  function ofSchema(node: ts.Node, path: string, given: Modifiers): { reads: Read[]; modifiers: Modifiers } {
    if (ts.isIdentifier(node)) {
      const target = declared.get(node.text);
      if (!target) throw new Error(`${path} refers to ${node.text}, which is not in the file`);
      return ofSchema(target, path, given);
    }
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
      throw new Error(`${path || "an answer"} is no zod schema that this test reads: ${node.getText()}`);
    const { expression: target, name } = node.expression;
    const [first, second] = node.arguments;
    const isFactory = ts.isIdentifier(target) && target.text === "z";
    if (!isFactory) {
      const inner = ofSchema(target, path, given);
      return { reads: inner.reads, modifiers: modified(inner.modifiers, name.text) };
    }
    switch (name.text) {
      case "object": {
        if (!first || !ts.isObjectLiteralExpression(first)) throw new Error(`${path}: z.object of what?`);
        return { reads: first.properties.flatMap((each) => ofProperty(each, path)), modifiers: given };
      }
      case "array":
        return { reads: first ? ofSchema(first, `${path}[]`, plain).reads : [], modifiers: given };
      case "record":
        // The names of a record are no fields, so what is below them is in no table.
        return { reads: [], modifiers: second ? given : plain };
      case "union":
        return { reads: [], modifiers: given };
      default:
        return {
          reads: [],
          modifiers: name.text === "unknown" ? { isRequired: false, mayBeNull: true } : given,
        };
    }
  }

  function ofProperty(node: ts.ObjectLiteralElementLike, path: string): Read[] {
    const name = node.name?.getText() ?? "";
    const value = ts.isPropertyAssignment(node)
      ? unwrap(node.initializer)
      : ts.isShorthandPropertyAssignment(node)
        ? node.name
        : undefined;
    if (!value) throw new Error(`${path}.${name} is no field that this test reads`);
    const place = join(path, name);
    const { reads, modifiers } = ofSchema(value, place, plain);
    return [{ path: place, ...modifiers }, ...reads];
  }

  function ofMembers(members: ts.NodeArray<ts.TypeElement>, path: string): Read[] {
    return members.filter(ts.isPropertySignature).flatMap(({ name, questionToken, type }) => {
      const place = join(path, name.getText());
      const parts = type && ts.isUnionTypeNode(type) ? [...type.types] : type ? [type] : [];
      const mayBeNull = parts.some((part) => part.getText() === "null");
      return [
        { path: place, isRequired: !questionToken, mayBeNull },
        ...parts.flatMap((part) => ofType(part, place)),
      ];
    });
  }

  function ofType(node: ts.TypeNode, path: string): Read[] {
    if (ts.isTypeOperatorNode(node) || ts.isParenthesizedTypeNode(node)) return ofType(node.type, path);
    if (ts.isTypeLiteralNode(node)) return ofMembers(node.members, path);
    if (ts.isArrayTypeNode(node)) return ofType(node.elementType, `${path}[]`);
    if (!ts.isTypeReferenceNode(node)) return [];
    const target = declared.get(node.typeName.getText());
    return target && ts.isInterfaceDeclaration(target) ? ofMembers(target.members, path) : [];
  }
}

function modified(given: Modifiers, by: string): Modifiers {
  switch (by) {
    case "optional":
    case "default":
      return { ...given, isRequired: false };
    case "nullable":
      return { ...given, mayBeNull: true };
    case "nullish":
      return { isRequired: false, mayBeNull: true };
    default:
      return given;
  }
}

function unwrap(node: ts.Expression): ts.Node {
  return ts.isAsExpression(node) || ts.isParenthesizedExpression(node) ? unwrap(node.expression) : node;
}

const isZod = (node: ts.Node): boolean => ts.isCallExpression(node) && /^z\s*\./.test(node.getText());

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

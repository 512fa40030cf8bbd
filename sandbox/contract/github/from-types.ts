import ts from "typescript";
import type { Schema } from "../strict.ts";
import { namedMembers, unread, type TypesFile } from "./types-file.ts";

export interface FromTypes {
  convert(node: ts.TypeNode): Schema;
  /** What the converted types refer to. */
  readonly definitions: Record<string, Schema>;
}

/**
 * Turns types into strict JSON Schemas. The comments are read too: they have what a type has not, the format of a
 * text. Of numbers, those are known as integers that the document has as `int64`, written `number | bigint`.
 */
export function openFromTypes(file: TypesFile): FromTypes {
  const { text } = file;
  const definitions: Record<string, Schema> = {};

  const convert = (node: ts.TypeNode): Schema => {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case ts.SyntaxKind.BigIntKeyword:
        return { type: "integer" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case ts.SyntaxKind.UnknownKeyword:
        return {};
    }
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return convert(node.type);
    if (ts.isLiteralTypeNode(node)) return literal(node);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: convert(node.elementType) };
    if (ts.isTupleTypeNode(node)) return { type: "array" };
    if (ts.isTypeLiteralNode(node)) return object([node]);
    if (ts.isIntersectionTypeNode(node)) return intersection(node);
    if (ts.isUnionTypeNode(node)) return union(node.types.filter(isSomething).map(convert));
    if (ts.isIndexedAccessTypeNode(node)) return reference(node);
    if (ts.isTypeReferenceNode(node)) return generic(node);
    throw unread(text, node);
  };

  /** Through its name, since some types refer to themselves. */
  const reference = (node: ts.IndexedAccessTypeNode): Schema => {
    const name = file.namesOf(node).slice(1).join("/");
    if (!(name in definitions)) {
      definitions[name] = {};
      definitions[name] = convert(file.follow(node));
    }
    return { $ref: `#/definitions/${name}` };
  };

  /** `Record<string, never>` is an object which the document does not describe; `OneOf<[A, B]>` is one of its forms. */
  const generic = (node: ts.TypeReferenceNode): Schema => {
    const [name] = file.namesOf(node);
    const [first] = node.typeArguments ?? [];
    if (name === "Record") return { type: "object" };
    if (name === "OneOf" && first && ts.isTupleTypeNode(first)) return union(first.elements.map(convert));
    throw unread(text, node);
  };

  /** The fields of all parts together; where one of them has several forms, together with each of these. */
  const intersection = (node: ts.IntersectionTypeNode): Schema => {
    const parts = flatten(node);
    const fixed = parts.filter((part) => ts.isTypeLiteralNode(part));
    const forms = parts.find((part) => ts.isUnionTypeNode(part));
    if (!forms) return object(fixed);
    const of = (form: ts.TypeNode): Schema =>
      ts.isTypeLiteralNode(form) ? object([...fixed, form]) : convert(form);
    return union(forms.types.map((form) => of(file.follow(form))));
  };

  const flatten = (node: ts.TypeNode): ts.TypeNode[] => {
    const target = file.follow(node);
    return ts.isIntersectionTypeNode(target) ? target.types.flatMap(flatten) : [target];
  };

  const object = (literals: readonly ts.TypeLiteralNode[]): Schema => {
    const properties: Record<string, Schema> = {};
    const required = new Set<string>();
    let others: boolean | Schema = false;
    for (const { members } of literals) {
      for (const [name, { type, pos, questionToken }] of namedMembers(members)) {
        properties[name] = inFormat(convert(type), pos);
        if (!questionToken) required.add(name);
      }
      const index = members.find((member) => ts.isIndexSignatureDeclaration(member));
      if (index) others = convert(index.type);
    }
    return { type: "object", properties, required: [...required], additionalProperties: others };
  };

  /** The field as its comment describes: `Format: uri`, and an empty text where that is the default. */
  const inFormat = (schema: Schema, position: number): Schema => {
    const ranges = ts.getLeadingCommentRanges(text, position) ?? [];
    const comment = ranges.map(({ pos, end }) => text.slice(pos, end)).join("\n");
    const formatted = withFormat(schema, /\bFormat: ([\w-]+)/.exec(comment)?.[1]);
    return /@default *$/m.test(comment) ? { anyOf: [{ const: "" }, formatted] } : formatted;
  };

  return { convert, definitions };
}

const isSomething = ({ kind }: ts.TypeNode): boolean => kind !== ts.SyntaxKind.UndefinedKeyword;

function literal({ literal: node }: ts.LiteralTypeNode): Schema {
  if (node.kind === ts.SyntaxKind.NullKeyword) return { type: "null" };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { const: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { const: false };
  const { text } = node as ts.LiteralExpression;
  return { const: ts.isNumericLiteral(node) ? Number(text) : text };
}

/** `"a" | "b"` is an enumeration, `number | bigint` an integer, the rest a choice of forms. */
function union(forms: readonly Schema[]): Schema {
  const constants = forms.filter((form) => "const" in form).map((form) => form.const);
  const isWhole = forms.some(({ type }) => type === "integer");
  const others = forms.filter((form) => !("const" in form) && !(isWhole && form.type === "number"));
  const all = constants.length > 0 ? [{ enum: constants }, ...others] : others;
  const [only] = all;
  return all.length === 1 && only ? only : { anyOf: all };
}

function withFormat(schema: Schema, format: string | undefined): Schema {
  if (format === undefined) return schema;
  if (schema.anyOf) return { anyOf: schema.anyOf.map((form) => withFormat(form, format)) };
  return schema.type === "string" ? { ...schema, format } : schema;
}

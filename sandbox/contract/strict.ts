/** A JSON Schema, or the part of one that vendors' documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly nullable?: boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const kept = [
  ...["type", "nullable", "format", "pattern", "enum", "const", "minimum", "maximum"],
  ...["minLength", "maxLength", "minItems", "maxItems", "required"],
];

/**
 * The schema with its references resolved, and with no fields but those it names: a document leaves objects open,
 * yet an answer with a field that the document does not know is one that the vendor never gave. An object of which
 * the document names no field stays open.
 */
export function toStrict(schema: Schema, resolve: (reference: string) => Schema): Schema {
  const whole = flatten(schema, resolve);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(whole)) if (kept.includes(key)) result[key] = value;
  const inner = (each: Schema): Schema => toStrict(each, resolve);
  if (whole.properties) {
    result["properties"] = mapValues(whole.properties, inner);
    result["additionalProperties"] = false;
  }
  const others = whole.additionalProperties;
  if (others !== undefined)
    result["additionalProperties"] = typeof others === "object" ? inner(others) : others;
  if (whole.items) result["items"] = inner(whole.items);
  if (whole.anyOf) result["anyOf"] = whole.anyOf.map(inner);
  if (whole.oneOf) result["oneOf"] = whole.oneOf.map(inner);
  return result;
}

/** Follows a reference and makes one schema of the parts of `allOf`, whose fields are all allowed together. */
function flatten(schema: Schema, resolve: (reference: string) => Schema): Schema {
  if (schema.$ref !== undefined) return flatten(resolve(schema.$ref), resolve);
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  return [...allOf.map((part) => flatten(part, resolve)), own].reduce<Schema>(
    (whole, part) => ({
      ...whole,
      ...part,
      ...(whole.properties || part.properties
        ? { properties: { ...whole.properties, ...part.properties } }
        : {}),
      ...(whole.required || part.required
        ? { required: [...new Set([...(whole.required ?? []), ...(part.required ?? [])])] }
        : {}),
    }),
    {},
  );
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

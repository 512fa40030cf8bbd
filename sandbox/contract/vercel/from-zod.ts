import type { Schema } from "../strict.ts";

/** A zod 3 schema as far as it is read here; the SDK brings zod itself. */
export interface ZodSchema {
  readonly _def: {
    readonly typeName: string;
    readonly shape?: () => Readonly<Record<string, ZodSchema>>;
    readonly type?: ZodSchema;
    readonly innerType?: ZodSchema;
    readonly schema?: ZodSchema;
    readonly in?: ZodSchema;
    readonly left?: ZodSchema;
    readonly catchall?: ZodSchema;
    readonly valueType?: ZodSchema;
    readonly getter?: () => ZodSchema;
    readonly options?: readonly ZodSchema[];
    readonly values?: Readonly<Record<string, string | number>>;
    readonly value?: unknown;
    readonly effect?: {
      readonly type: string;
      readonly transform?: (input: unknown, context: object) => unknown;
    };
  };
}

/**
 * Turns the SDK's schemas into strict JSON Schemas. The SDK reads whatever a server answers: a missing field is read
 * as zero, a number from a text, an unknown field is dropped. What it got of the answer is still in there, as the
 * first of each such union.
 */
export function openFromZod(): {
  convert(schema: ZodSchema): Schema;
  readonly definitions: Record<string, Schema>;
} {
  const definitions: Record<string, Schema> = {};
  const named = new Map<ZodSchema, string>();

  const convert = (schema: ZodSchema): Schema => {
    const { _def: definition } = schema;
    switch (definition.typeName) {
      case "ZodString":
        return { type: "string" };
      case "ZodNumber":
        return { type: "number" };
      case "ZodBoolean":
        return { type: "boolean" };
      case "ZodNull":
        return { type: "null" };
      case "ZodAny":
      case "ZodUnknown":
        return {};
      case "ZodLiteral":
        return { const: definition.value };
      case "ZodNativeEnum":
        return { enum: Object.values(need(definition.values)) };
      case "ZodObject":
        return reference(schema, object);
      case "ZodArray":
        return { type: "array", items: convert(need(definition.type)) };
      case "ZodRecord":
        return { type: "object", additionalProperties: convert(need(definition.valueType)) };
      case "ZodNullable":
        return orNull(convert(need(definition.innerType)));
      case "ZodOptional":
      case "ZodDefault":
        return convert(need(definition.innerType));
      case "ZodLazy":
        return convert(need(definition.getter)());
      case "ZodPipeline":
        return convert(need(definition.in));
      case "ZodIntersection":
        // The other side repeats the field that distinguishes the forms of a union.
        return convert(need(definition.left));
      case "ZodUnion":
        return union(need(definition.options));
      case "ZodEffects":
        return isSmartUnion(schema)
          ? reference(schema, (each) => union(optionsOf(each)))
          : convert(need(definition.schema));
      default:
        throw new Error(
          `Internal error: the SDK has a ${definition.typeName}, which from-zod.ts does not read`,
        );
    }
  };

  /** What refers to itself does so through its name. */
  const reference = (schema: ZodSchema, make: (schema: ZodSchema) => Schema): Schema => {
    let name = named.get(schema);
    if (name === undefined) {
      name = String(named.size);
      named.set(schema, name);
      definitions[name] = make(schema);
    }
    return { $ref: `#/definitions/${name}` };
  };

  const object = (schema: ZodSchema): Schema => {
    const fields = Object.entries(need(schema._def.shape)());
    return {
      type: "object",
      properties: Object.fromEntries(fields.map(([field, each]) => [field, convert(each)])),
      required: fields.filter(([, each]) => !mayBeAbsent(each)).map(([field]) => field),
      additionalProperties: isOpen(schema),
    };
  };

  const union = (options: readonly ZodSchema[]): Schema => {
    const strict = options.filter((option) => !isLenience(option));
    const forms = (strict.length > 0 ? strict : options).map(convert);
    return forms.length === 1 ? need(forms[0]) : { anyOf: forms };
  };

  return { convert, definitions };
}

function mayBeAbsent({ _def: { typeName, innerType, getter } }: ZodSchema): boolean {
  if (typeName === "ZodLazy") return mayBeAbsent(need(getter)());
  if (typeName === "ZodNullable") return mayBeAbsent(need(innerType));
  return ["ZodOptional", "ZodDefault", "ZodAny", "ZodUnknown"].includes(typeName);
}

/** What `types/primitives.js` and `types/enums.js` of the SDK put next to the type to read other things as well. */
function isLenience({ _def: { typeName, schema } }: ZodSchema): boolean {
  const read = ["ZodAny", "ZodString", "ZodNumber", "ZodNull", "ZodUndefined"];
  return (
    typeName === "ZodUndefined" || (typeName === "ZodEffects" && read.includes(need(schema)._def.typeName))
  );
}

const isOpen = ({ _def: { catchall } }: ZodSchema): boolean =>
  catchall !== undefined && catchall._def.typeName !== "ZodNever";

const isSmartUnion = ({ _def: { schema, effect } }: ZodSchema): boolean =>
  schema?._def.typeName === "ZodUnknown" && effect?.type === "transform";

/** `types/smartUnion.js` keeps its forms in a closure; they are seen while it tries each of them. */
function optionsOf(smartUnion: ZodSchema): ZodSchema[] {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf(smartUnion)) as { _parseSync: unknown };
  const parse = prototype._parseSync;
  const options: ZodSchema[] = [];
  prototype._parseSync = function (this: ZodSchema) {
    options.push(this);
    return { status: "valid", value: null };
  };
  try {
    smartUnion._def.effect?.transform?.(null, { addIssue: () => undefined });
  } finally {
    prototype._parseSync = parse;
  }
  return options;
}

const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

function need<Value>(value: Value | undefined): Value {
  if (value === undefined)
    throw new Error("Internal error: zod keeps its definitions otherwise than from-zod.ts reads");
  return value;
}

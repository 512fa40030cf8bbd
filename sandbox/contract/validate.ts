import { fullFormats } from "ajv-formats/dist/formats.js";
import type { Schema } from "./strict.ts";

/** Something in a body that its schema does not have. Values are not repeated: some are secrets. */
interface Fault {
  readonly text: string;
  /** How far the value is from the schema; of a union's forms the nearest is reported. */
  readonly distance: number;
}

const shownOfUnion = 5;

/**
 * Holds a value against a schema, without compiling it: ajv took 1.6 s for the schema of a Vercel project before the
 * first answer, in every process; here an answer takes microseconds from the first one on.
 */
export function openValidate(
  definitions: Readonly<Record<string, Schema>>,
): (schema: Schema, value: unknown) => readonly string[] {
  const faultsOf = (schema: Schema, value: unknown, place: string): Fault[] => {
    if (schema.$ref !== undefined) return faultsOf(defined(schema.$ref), value, place);
    const forms = schema.anyOf ?? schema.oneOf;
    if (forms) return ofUnion(forms, value, place);
    if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(type, value)))
      return [fault(place, `should be ${[schema.type].flat().join(" or ")}`, 100)];
    if ("const" in schema && schema.const !== value)
      return [fault(place, `should be ${String(schema.const)}`, 10)];
    if (schema.enum && !schema.enum.includes(value))
      return [fault(place, `should be one of ${schema.enum.map(String).join(", ")}`, 10)];
    if (typeof value === "string") return ofText(schema, value, place);
    if (Array.isArray(value)) return ofItems(schema, value, place);
    if (typeof value === "object" && value !== null) return ofFields(schema, value, place);
    return [];
  };

  const ofUnion = (forms: readonly Schema[], value: unknown, place: string): Fault[] => {
    let nearest: Fault[] | undefined;
    for (const form of forms) {
      const faults = faultsOf(form, value, place);
      if (faults.length === 0) return [];
      if (nearest === undefined || distance(faults) < distance(nearest)) nearest = faults;
    }
    const texts = (nearest ?? []).slice(0, shownOfUnion).map(({ text }) => text);
    const told = `has none of the ${forms.length} documented forms; to the nearest: ${texts.join(", ")}`;
    return [fault(place, told, distance(nearest ?? []))];
  };

  const ofText = ({ format, pattern }: Schema, value: string, place: string): Fault[] => {
    if (format !== undefined && !hasFormat(format, value)) return [fault(place, `should be a ${format}`, 1)];
    if (pattern !== undefined && !new RegExp(pattern).test(value))
      return [fault(place, `should match ${pattern}`, 1)];
    return [];
  };

  const ofItems = ({ items }: Schema, value: readonly unknown[], place: string): Fault[] =>
    items ? value.flatMap((each, index) => faultsOf(items, each, join(place, index))) : [];

  const ofFields = (schema: Schema, value: object, place: string): Fault[] => {
    const { properties = {}, required = [], additionalProperties = true } = schema;
    const faults = required
      .filter((field) => !(field in value))
      .map((field) => fault(join(place, field), "is missing", 1));
    for (const [field, each] of Object.entries(value)) {
      const known = Object.hasOwn(properties, field) ? properties[field] : additionalProperties;
      if (known === false)
        faults.push(fault(join(place, field), "is a field that the document does not know", 1));
      else if (typeof known === "object") faults.push(...faultsOf(known, each, join(place, field)));
    }
    return faults;
  };

  const defined = (reference: string): Schema => {
    const schema = definitions[reference.replace("#/definitions/", "")];
    if (!schema) throw new Error(`Internal error: the document was kept without ${reference}`);
    return schema;
  };

  return (schema, value) => faultsOf(schema, value, "").map(({ text }) => text);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function hasFormat(name: string, value: string): boolean {
  const format = (fullFormats as Readonly<Record<string, unknown>>)[name];
  if (format instanceof RegExp) return format.test(value);
  if (typeof format === "function") return Boolean((format as (text: string) => unknown)(value));
  const { validate } = (format ?? {}) as { validate?: unknown };
  return typeof validate === "function" ? Boolean((validate as (text: string) => unknown)(value)) : true;
}

const distance = (faults: readonly Fault[]): number => faults.reduce((sum, each) => sum + each.distance, 0);

const fault = (place: string, what: string, distance: number): Fault => ({
  text: `${place === "" ? "the body" : place} ${what}`,
  distance,
});

const join = (place: string, field: string | number): string =>
  place === "" ? String(field) : `${place}.${field}`;

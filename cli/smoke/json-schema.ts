import { Ajv2020 } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { Failure } from "./failure.ts";
import { failure, show } from "./failure.ts";
import { valuesAt } from "./match.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The schema as a function; it loads no other schema from anywhere. */
export type SchemaRule = (json: unknown) => readonly Failure[];

/** @throws Error where it is no JSON Schema. */
export function compileSchema(schema: Schema): SchemaRule {
  const ajv = new Ajv2020({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    formats: fullFormats,
  });
  const validate = ajv.compile(schema);
  return (json) => {
    if (validate(json)) return [];
    return (validate.errors ?? []).flatMap(({ instancePath, message, params, keyword }) => {
      const path = asJsonPath(instancePath);
      const of = keyword === "additionalProperties" ? ` (${show(params["additionalProperty"])})` : "";
      return failure(`schema at ${path}`, `${message ?? keyword}${of}`, show(valuesAt(path, json)[0]));
    });
  };
}

/** A JSON Pointer as a JSONPath. */
function asJsonPath(pointer: string): string {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return `$${names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]`)).join("")}`;
}

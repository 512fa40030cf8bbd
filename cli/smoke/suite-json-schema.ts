import { z } from "zod";
import { suiteSchema } from "./suite-schema.ts";

/** Where editors find it: the first line of a suite names it. */
export const suiteSchemaFile = "smoke-suite.schema.json";

/** The JSON Schema of a suite, so that an editor completes names and marks mistakes while they are typed. */
export function suiteSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(suiteSchema, { io: "input", reused: "ref" });
  const about = {
    title: "A smoke suite",
    description: "Made from cli/smoke/suite-schema.ts by `npm run schema`; docs/smoke-suites.md explains it.",
  };
  return `${JSON.stringify({ $schema, ...about, ...{ ...schema, description: about.description } }, undefined, 2)}\n`;
}

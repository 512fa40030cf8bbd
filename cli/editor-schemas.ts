import { z } from "zod";
import { profileSchema } from "./load/profile-schema.ts";
import { suiteSchema } from "./smoke/suite-schema.ts";

/**
 * JSON Schemas of what is written as data, by the file that the first line of each names: an editor completes names and marks mistakes while
 * they are typed.
 */
export const editorSchemas = {
  "smoke-suite.schema.json": () =>
    textOf(suiteSchema, "A smoke suite", "cli/smoke/suite-schema.ts", "docs/smoke-suites.md"),
  "load-profile.schema.json": () =>
    textOf(profileSchema, "A load profile", "cli/load/profile-schema.ts", "docs/load-tests.md"),
} as const;

function textOf(schema: z.ZodType, title: string, source: string, guide: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", reused: "ref" });
  const description = `Made from ${source} by \`npm run schema\`; ${guide} explains it.`;
  return `${JSON.stringify({ $schema, title, ...rest, description }, undefined, 2)}\n`;
}

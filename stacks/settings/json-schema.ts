import { z } from "zod";
import { settingsSchema } from "./schema.ts";

/** Where editors find it: the first line of each stack file names it. */
export const schemaFile = "stacks/settings.schema.json";

/**
 * The JSON Schema of a `Pulumi.<stack>.yaml`, made from the settings, so that an editor completes names and marks
 * mistakes while they are typed. Keys of other projects and what Pulumi itself writes are let through.
 */
export function stackFileSchema(): object {
  const { properties = {}, required = [] } = z.toJSONSchema(settingsSchema, { io: "input" });
  const settings = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [`rollout:${name}`, schema]),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of a rollout",
    description: "Made from stacks/settings/schema.ts by `npm run schema`.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          ...settings,
          "rollout:aiApiKey": { type: "object", description: "Key of the AI provider; set with --secret." },
          "rollout:secrets": {
            type: "object",
            description:
              "Values of the secrets that rollout:fly.secrets and rollout:vercel.secrets name; set with --secret --path.",
          },
        },
        required: required.map((name) => `rollout:${name}`),
        // A misspelt group of ours is a mistake, another project's key is none.
        patternProperties: { "^(?!rollout:)": {} },
        additionalProperties: false,
      },
    },
    required: ["config"],
  };
}

/** The text of the file. */
export function schemaText(): string {
  return `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`;
}

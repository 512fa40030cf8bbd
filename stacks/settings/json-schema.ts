import { z } from "zod";
import type { SettingsOwner } from "./schema.ts";
import { settingsSchemaOf } from "./schema.ts";

/** Where editors find it: the first line of each stack file names it. */
export const schemaFile = "settings.schema.json";

/**
 * The JSON Schema of a `Pulumi.<stack>.yaml`, made from the settings, so that an editor completes names and marks
 * mistakes while they are typed. Keys of other projects and what Pulumi itself writes are let through.
 */
export function stackFileSchema(application: SettingsOwner): object {
  const { properties = {}, required = [] } = z.toJSONSchema(settingsSchemaOf(application), { io: "input" });
  const settings = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      `rollout:${name}`,
      withAnyWorker(name, schema as Schema),
    ]),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of a rollout",
    description: "Made from stacks/settings/schema.ts and rollout.config.ts by `npm run schema`.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          ...settings,
          "rollout:signingKey": {
            type: "object",
            description: "Private key that signs the record; set by bin/rollout signing-key.",
          },
          "rollout:notifySecrets": {
            type: "object",
            description:
              "Addresses of notifications, set with --secret --path: webhook, slack, pagerDuty (integration key), smtp (smtps://USER:PASSWORD@HOST).",
          },
          "rollout:secrets": {
            type: "object",
            description:
              "Values of the secrets that rollout.config.ts, rollout:fly.secrets and rollout:vercel.secrets name; set with --secret --path.",
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

type Schema = z.core.JSONSchema.JSONSchema;

/** Groups that have a field for each worker, by the setting that they are in; one that is such a group itself has none. */
const ofWorkers: Readonly<Record<string, readonly string[]>> = {
  fly: ["apps", "machines"],
  railway: ["services", "limits"],
  workers: [],
};

/** With any names of workers, so that a further one changes no generated file; the program checks the names. */
function withAnyWorker(name: string, schema: Schema): Schema {
  const groups = ofWorkers[name];
  if (!groups) return schema;
  if (groups.length === 0) return open(schema);
  const opened = groups.map((group) => [group, open(schema.properties?.[group] as Schema)] as const);
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(opened) } };
}

function open({ properties = {}, required: _required, ...group }: Schema): Schema {
  const [worker] = Object.values(properties);
  const { description: _description, ...each } = worker as Schema;
  return { ...group, additionalProperties: each };
}

/** The text of the file. */
export function schemaText(application: SettingsOwner): string {
  return `${JSON.stringify(stackFileSchema(application), undefined, 2)}\n`;
}

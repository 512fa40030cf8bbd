import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { application } from "../../rollout.config.ts";
import { schemaFile, schemaText, stackFileSchema } from "./json-schema.ts";
import { settingsSchemaOf } from "./schema.ts";

const root = join(import.meta.dirname, "..", "..");
const settingsOfTests = join(root, "tests", "fixtures", "settings");
const stackFiles = readdirSync(settingsOfTests).filter((file) => /^Pulumi\..+\.yaml$/.test(file));

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

function read(file: string): { readonly text: string; readonly stack: StackFile } {
  const text = readFileSync(join(settingsOfTests, file), "utf8");
  return { text, stack: load(text) as StackFile };
}

/** What an editor makes of the schema. */
const editor = z.fromJSONSchema(stackFileSchema(application) as Parameters<typeof z.fromJSONSchema>[0]);

describe("the schema of the stack files", () => {
  it("is as the settings are; npm run schema writes it anew", () => {
    expect(readFileSync(join(root, schemaFile), "utf8")).toBe(schemaText(application));
  });

  it.each(stackFiles)("takes %s, as the program does, and names itself there to editors", (file) => {
    const { text, stack } = read(file);
    expect(editor.safeParse(stack).error).toBeUndefined();
    const settings = Object.entries(stack.config).map(([key, value]) => [
      key.replace(/^rollout:/, ""),
      value,
    ]);
    expect(settingsSchemaOf(application).safeParse(Object.fromEntries(settings)).error).toBeUndefined();
    expect(text.split("\n")[0]).toBe(`# yaml-language-server: $schema=${schemaFile}`);
    // A salt or a secret in the checkout's file would be bound to one passphrase.
    expect(text).not.toMatch(/encryptionsalt|secure:/);
  });

  it("marks a misspelt setting", () => {
    const { stack } = read("Pulumi.staging.yaml");
    const marks = (config: object): boolean =>
      !editor.safeParse({ config: { ...stack.config, ...config } }).success;
    expect(marks({ "rollout:flyy": {} })).toBe(true);
    expect(marks({ "rollout:smoke": { keyVersio: "2" } })).toBe(true);
    expect(marks({ "aws:region": "eu-central-1" })).toBe(false);
  });
});

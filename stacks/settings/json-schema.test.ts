import { describe, expect, it } from "vitest";
import { z } from "zod";
import { stackFileSchema } from "./json-schema.ts";
import { shop, shopFile } from "./test-application.ts";

/** What an editor makes of the schema. */
const editor = z.fromJSONSchema(stackFileSchema(shop) as Parameters<typeof z.fromJSONSchema>[0]);

const fileOf = (stack: "staging" | "prod") => ({
  config: Object.fromEntries(
    Object.entries(shopFile(stack)).map(([key, value]) => [`rollout:${key}`, value]),
  ),
});

describe("the schema of the stack files", () => {
  it.each(["staging", "prod"] as const)("takes the file of %s, as the program does", (stack) => {
    expect(editor.safeParse(fileOf(stack)).error).toBeUndefined();
  });

  it("is the same with a further worker, which the stack files may name at once", () => {
    const withBilling = {
      ...shop,
      workers: { ...shop.workers, billing: { description: "Sends invoices." } },
    };
    expect(stackFileSchema(withBilling)).toEqual(stackFileSchema(shop));
  });

  it("marks a misspelt setting, also in a group that the application declares", () => {
    const { config } = fileOf("staging");
    const marks = (changed: object): boolean =>
      !editor.safeParse({ config: { ...config, ...changed } }).success;
    expect(marks({ "rollout:flyy": {} })).toBe(true);
    expect(marks({ "rollout:smoke": { keyVersio: "2" } })).toBe(true);
    expect(marks({ "rollout:mail": { form: "a@shop.example" } })).toBe(true);
    expect(marks({ "rollout:mail": { from: "a@shop.example" } })).toBe(false);
    expect(marks({ "aws:region": "eu-central-1" })).toBe(false);
  });
});

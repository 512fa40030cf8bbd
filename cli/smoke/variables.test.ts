import { describe, expect, it } from "vitest";
import { MissingValue, referencesIn, resolve, resolveAddress } from "./variables.ts";

const values = {
  environment: { SMOKE_TEST_API_KEY: "key", NEON_API_KEY: "token of a cloud" },
  mark: "smoke-1",
  captured: new Map<string, unknown>([
    ["id", 17],
    ["name", "a/b?c"],
    ["address", "https://shop.example/s/1?x=2"],
  ]),
};

describe("references of a suite", () => {
  it.each([
    ["${id}", 17],
    ["number ${id}", "number 17"],
    ["${env.SMOKE_TEST_API_KEY}", "key"],
    ["Bearer ${env.SMOKE_TEST_API_KEY}", "Bearer key"],
    ["${env.SMOKE_TEST_OTHER:-}", ""],
    ["${env.SMOKE_TEST_OTHER:-open}", "open"],
    ["${run.mark}", "smoke-1"],
    ["costs $5, $${id} and ${id}", "costs $5, ${id} and 17"],
    [{ "$[?@.id == ${id}]": ["${id}", true, null] }, { "$[?@.id == 17]": [17, true, null] }],
  ])("resolve %j", (written, resolved) => {
    expect(resolve<unknown>(written, values)).toEqual(resolved);
  });

  it("are encoded in a path, but for an address that it begins with", () => {
    expect(resolveAddress("/plans/${name}?of=${id}", values)).toBe("/plans/a%2Fb%3Fc?of=17");
    expect(resolveAddress("${address}&more=${name}", values)).toBe(
      "https://shop.example/s/1?x=2&more=a%2Fb%3Fc",
    );
  });

  it("cannot read what is not meant for smoke tests", () => {
    expect(() => referencesIn("${env.NEON_API_KEY}")).toThrow("${env.NEON_API_KEY} is no reference");
    expect(() => resolve("${env.PATH}", values)).toThrow("is no reference");
    expect(() => referencesIn({ deep: ["${a b}"] })).toThrow("${a b} is no reference");
  });

  it("name what is missing", () => {
    expect(() => resolve("${other}", values)).toThrow(new MissingValue("no check has captured other"));
    expect(() => resolve("${env.SMOKE_TEST_NONE}", values)).toThrow("SMOKE_TEST_NONE is not set");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretDigests, secretTexts, unwrapped, withoutSecrets } from "./secret-values.ts";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

describe("secrets in what the engine writes", () => {
  it("are found and unwrapped at any depth, one within another too", () => {
    const inputs = {
      app: "x",
      values: secret({ KEY: "one", OTHER: secret("two") }),
      list: [secret("three")],
    };
    expect(unwrapped(inputs)).toEqual({ app: "x", values: { KEY: "one", OTHER: "two" }, list: ["three"] });
    expect(secretTexts(inputs)).toEqual(["one", "two", "three"]);
  });
});

describe("digests of secrets", () => {
  it("are the same for the same value, and others for other values and other stacks", () => {
    const [one, other] = [secretDigests(["a", "b"]), secretDigests(["a", "c"])];
    expect(one("value")).toBe(secretDigests(["b", "a", "a"])("value"));
    expect(one("value")).not.toBe(one("values"));
    expect(one("value")).not.toBe(other("value"));
    expect(one("value")).toMatch(/^[0-9a-f]{12}$/);
  });

  it("are made with a key of this one run where the stack has no secret yet", () => {
    expect(secretDigests([])("1234")).not.toBe(secretDigests([])("1234"));
  });
});

it("takes every secret out of a text, also one that holds another", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 8 }), { minLength: 1 }), fc.string(), (secrets, between) => {
      const left = withoutSecrets(secrets)(secrets.join(between)).replaceAll("[secret]", "");
      expect(secrets.filter((each) => left.includes(each))).toEqual([]);
    }),
  );
});

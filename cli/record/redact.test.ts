import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretForms } from "../../tests/sandbox/secret-forms.ts";
import { openRedactor, redacted } from "./redact.ts";

const signs = ["a", "Z", "7", "+", "/", "=", "&", "?", "%", '"', "\\", " ", "'", "-", "_"] as const;
/** What passwords and tokens are made of, signs that are written otherwise in JSON or an address included. */
const secret = fc
  .string({ unit: fc.constantFrom(...signs), minLength: 16, maxLength: 40 })
  .filter((text) => !/^[a-z-]+$/.test(text) && text.trim() === text);

describe("what is recorded", () => {
  it.each([
    ["a password", { role: { name: "app", password: "npg_0123456789ab" } }, "npg_0123456789ab"],
    ["secrets of an app", { values: { STRIPE_KEY: "sk_0123456789ab" } }, "sk_0123456789ab"],
    ["variables of a deployment", { env: { API_KEYS: "k0123456789abcdef" } }, "k0123456789abcdef"],
    [
      "variables that Railway is given",
      { query: "mutation", variables: { input: { variables: { API_KEYS: "k0123456789abcdef" } } } },
      "k0123456789abcdef",
    ],
    [
      "variables that Railway shows",
      { data: { variables: { API_KEYS: "k0123456789abcdef" } } },
      "k0123456789abcdef",
    ],
    [
      "the token of a registry",
      {
        variables: { input: { registryCredentials: { username: "x", password: "FlyV1_0123456789" } } },
        query: "",
      },
      "FlyV1_0123456789",
    ],
    ["an address", { uri: "postgresql://app:npg_0123456789ab@host/db" }, "npg_0123456789ab"],
    ["a token by any name", { depot: { buildToken: "b0123456789abcdef" } }, "b0123456789abcdef"],
    ["the code that lets people into a team", { inviteCode: "i0123456789abcdef" }, "i0123456789abcdef"],
    ["addresses that deploy", { deployHooks: [{ url: "https://h/d0123456789" }] }, "https://h/d0123456789"],
    ["bypass secrets, which are names", { protectionBypass: { b0123456789abcdef: {} } }, "b0123456789abcdef"],
  ])("has no longer %s, nor the same value anywhere else", (_what, body, value) => {
    const redactor = openRedactor([]);
    const kept = redactor.body(JSON.stringify(body)) ?? "";
    expect(redactor.text(`${kept} ${value}`)).not.toContain(value);
  });

  it("has the names of secrets, and all that is none", () => {
    const redactor = openRedactor([]);
    const body = { branch: { name: "production" }, env: { MODE: "production", KEY: "k0123456789abcdef" } };
    expect(JSON.parse(redactor.text(redactor.body(JSON.stringify(body)) ?? ""))).toEqual({
      branch: { name: "production" },
      env: { MODE: redacted, KEY: redacted },
    });
  });

  it("has the names in a list of variables, without their values", () => {
    const body = { env: [{ key: "DATABASE_URL", id: "e0123456789abc", value: "v0123456789abcdef" }] };
    const kept = openRedactor([]).body(JSON.stringify(body)) ?? "";
    expect(JSON.parse(kept)).toEqual({
      env: [{ key: "DATABASE_URL", id: "e0123456789abc", value: redacted }],
    });
  });

  it("has the parameters of a query, which name what was asked for", () => {
    const body = { query: "query ($id: String!) { service(id: $id) { id } }", variables: { id: "s-1" } };
    expect(JSON.parse(openRedactor([]).body(JSON.stringify(body)) ?? "")).toEqual(body);
  });

  it("has no body that cannot be read", () => {
    expect(openRedactor([]).body("<html>")).toBeUndefined();
  });

  it("shows a secret in no form in which one could read it", () => {
    fc.assert(
      fc.property(secret, fc.string(), (value, around) => {
        const redactor = openRedactor([value]);
        for (const { text } of secretForms(value))
          expect(redactor.text(`${around}${text}${around}`)).not.toContain(text);
      }),
    );
  });
});

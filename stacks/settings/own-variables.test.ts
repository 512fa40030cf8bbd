import { describe, expect, it } from "vitest";
import { declaredVariables, variablesOf } from "./declared-variables.ts";
import { checkVariables, isReserved, variableFaults, withFixed } from "./own-variables.ts";
import { parseSettings } from "./parse-settings.ts";
import { settingsSchemaOf } from "./schema.ts";
import { shop, shopFile, shopSettings } from "./test-application.ts";

const base = shopFile("staging");
const given = declaredVariables(shop, shopSettings("staging"));
const own = { web: { NEXT_PUBLIC_SITE: "https://a.example" }, workers: { MAIL_REPLY: "a@example.com" } };

function faultsOf(variables: unknown): readonly string[] {
  const settings = { ...base, variables };
  const { settings: parsed, faults } = parseSettings(settings, "staging", shop);
  return parsed ? variableFaults(parsed.variables, given) : faults;
}

describe("an application's own variables", () => {
  it("are part of a release next to those that the program gives, which win", () => {
    const plain = variablesOf(shop, shopSettings("staging"));
    const all = variablesOf(shop, shopSettings("staging", { variables: own }));
    expect(all).toEqual({
      web: { ...plain.web, ...own.web },
      workers: { ...plain.workers, ...own.workers },
    });
    expect(plain.workers).toEqual({ MAIL_FROM: "shop@shop.example" });
    expect(Object.entries(withFixed({ A: "own", B: "own" }, { C: "fixed", A: "fixed" }))).toEqual([
      ["C", "fixed"],
      ["A", "fixed"],
      ["B", "own"],
    ]);
  });

  it("change no settings where there are none", () => {
    const parsed = settingsSchemaOf(shop).parse(base);
    expect(parsed).not.toHaveProperty("variables");
    expect(parsed.vercel).not.toHaveProperty("secrets");
  });

  it.each([
    [
      { web: { "stripe-key": "x" } },
      "rollout:variables.web.stripe-key: expected a variable's name in capitals",
    ],
    [{ web: { SITE: "" } }, "rollout:variables.web.SITE: expected a length of at least 1"],
    [{ workers: { SITE: null } }, "rollout:variables.workers.SITE: expected a string, found nothing"],
    [
      { workers: { LIMIT: 5 } },
      "expected a string, found 5 (pulumi config set --stack staging --path 'rollout:variables.workers.LIMIT' 5 --type string)",
    ],
    [{ worker: {} }, "rollout:variables.worker: there is no such setting; did you mean workers?"],
    [
      { web: { API_KEYS: "x", LD_PRELOAD: "x", SITE: "x" } },
      "rollout:variables.web: the names API_KEYS, LD_PRELOAD are given by the program itself",
    ],
    [{ workers: { MAIL_FROM: "x" } }, "rollout:variables.workers: rollout.config.ts gives MAIL_FROM"],
  ])("are refused: %j", (variables, fault) => {
    const faults = faultsOf(variables);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it.each(["DATABASE_URL", "PATH", "NODE_OPTIONS", "DYLD_INSERT_LIBRARIES", "PORT"])(
    "cannot be called %s",
    (name) => {
      expect(isReserved(name)).toBe(true);
    },
  );

  it("are not taken from a record that no rollout has written", () => {
    const recorded = variablesOf(shop, shopSettings("staging", { variables: own }));
    expect(() => checkVariables(recorded)).not.toThrow();
    const web = { ...recorded.web, NODE_OPTIONS: "--require /tmp/x", "a b": "x" };
    expect(() => checkVariables({ ...recorded, web })).toThrow(
      "gives the web the variables NODE_OPTIONS, a b, which",
    );
  });
});

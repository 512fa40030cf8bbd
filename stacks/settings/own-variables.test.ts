import { describe, expect, it } from "vitest";
import { checkVariables, isReserved, ownVariables, variableFaults, withFixed } from "./own-variables.ts";
import { variablesOf } from "../release/composition.ts";
import { settingFaults } from "./setting-faults.ts";
import { settingsSchema } from "./schema.ts";

const base = {
  neon: { project: "atlaris", region: "aws-eu-central-1", branch: "staging", role: "atlaris_staging" },
  fly: { apps: { worker: "worker", regenerator: "regenerator" } },
  vercel: { team: "team_1", project: "atlaris", domain: "atlaris.example" },
  github: { owner: "atlaris", repository: "atlaris" },
  ai: {},
};
const own = { web: { NEXT_PUBLIC_SITE: "https://a.example" }, workers: { MAIL_FROM: "a@example.com" } };

function faultsOf(variables: unknown): readonly string[] {
  const settings = { ...base, variables };
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) return variableFaults(parsed.data.variables);
  return settingFaults(settingsSchema, parsed.error.issues, settings, "staging");
}

describe("an application's own variables", () => {
  it("are part of a release next to those that the program gives, which win", () => {
    const plain = variablesOf(settingsSchema.parse(base));
    const given = variablesOf(settingsSchema.parse({ ...base, variables: own }));
    expect(given).toEqual({
      web: { ...plain.web, ...own.web },
      workers: { ...plain.workers, ...own.workers },
    });
    expect(ownVariables(given, "web")).toEqual(own.web);
    expect(ownVariables(given, "workers")).toEqual(own.workers);
    expect(ownVariables(plain, "workers")).toEqual({});
    expect(Object.entries(withFixed({ A: "own", B: "own" }, { C: "fixed", A: "fixed" }))).toEqual([
      ["C", "fixed"],
      ["A", "fixed"],
      ["B", "own"],
    ]);
  });

  it("change no settings where there are none", () => {
    expect(settingsSchema.parse(base)).not.toHaveProperty("variables");
    expect(settingsSchema.parse(base).vercel).not.toHaveProperty("secrets");
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
    [{ workers: { OPENAI_BASE_URL: "x" } }, "rollout:variables.workers: the names OPENAI_BASE_URL are given"],
  ])("are refused: %j", (variables, fault) => {
    const faults = faultsOf(variables);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it.each([
    "DATABASE_URL",
    "PATH",
    "NODE_OPTIONS",
    "FEATURE_FLAGS",
    "OPENAI_MODEL",
    "DYLD_INSERT_LIBRARIES",
    "PORT",
  ])("cannot be called %s", (name) => {
    expect(isReserved(name)).toBe(true);
  });

  it("are not taken from a record that no rollout has written", () => {
    const recorded = variablesOf(settingsSchema.parse({ ...base, variables: own }));
    expect(() => checkVariables(recorded)).not.toThrow();
    const web = { ...recorded.web, NODE_OPTIONS: "--require /tmp/x", "a b": "x" };
    expect(() => checkVariables({ ...recorded, web })).toThrow(
      "gives the web the variables NODE_OPTIONS, a b, which",
    );
  });
});

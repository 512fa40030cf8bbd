import { describe, expect, it } from "vitest";
import { ownSecrets } from "./own-secrets.ts";

const names = { workers: ["STRIPE_KEY"], web: [] as string[] };
const args = { names, variables: undefined, isEncrypted: true, stack: "staging" };

describe("ownSecrets", () => {
  it("takes the value of each name from the encrypted configuration, for web, workers or both", () => {
    expect(ownSecrets({ ...args, configured: { STRIPE_KEY: "sk" } })).toEqual({
      values: { workers: { STRIPE_KEY: "sk" }, web: {} },
      faults: [],
    });
    const both = { workers: ["STRIPE_KEY"], web: ["AUTH_SECRET", "STRIPE_KEY"] };
    expect(ownSecrets({ ...args, names: both, configured: { STRIPE_KEY: "sk", AUTH_SECRET: "as" } })).toEqual(
      {
        values: { workers: { STRIPE_KEY: "sk" }, web: { AUTH_SECRET: "as", STRIPE_KEY: "sk" } },
        faults: [],
      },
    );
    const none = { workers: [], web: [] };
    expect(ownSecrets({ ...args, names: none, configured: undefined }).faults).toEqual([]);
  });

  it("reports a name without a value, with the command that sets it", () => {
    expect(ownSecrets({ ...args, configured: undefined }).faults).toEqual([
      "rollout:secrets.STRIPE_KEY: rollout:fly.secrets names it, and it has no value: " +
        "pulumi config set --stack staging --secret --path 'rollout:secrets.STRIPE_KEY'",
    ]);
    const both = { workers: ["STRIPE_KEY"], web: ["STRIPE_KEY"] };
    expect(ownSecrets({ ...args, names: both, configured: { STRIPE_KEY: "" } }).faults).toEqual([
      expect.stringContaining("rollout:vercel.secrets and rollout:fly.secrets name it, and it has no value"),
    ]);
  });

  it("reports a value that nothing gets, one in plain text, a reserved name and a variable of the same name, and quotes none", () => {
    const { faults } = ownSecrets({
      ...args,
      names: { workers: ["STRIPE_KEY", "DATABASE_URL"], web: ["AUTH_SECRET"] },
      variables: { web: { AUTH_SECRET: "sk-4" } },
      configured: { STRIPE_KEY: "sk-1", OLD_KEY: "sk-2", AUTH_SECRET: "sk-3", DATABASE_URL: "sk-5" },
      isEncrypted: false,
    });
    expect(faults).toHaveLength(4);
    expect(faults.join("\n")).toMatch(
      /plain text[^]*vercel.secrets: AUTH_SECRET is in rollout:variables.web[^]*fly.secrets: the names DATABASE_URL are[^]*secrets\.OLD_KEY: nothing gets it/,
    );
    expect(faults.join()).not.toContain("sk-");
  });
});

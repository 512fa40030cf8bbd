import { describe, expect, it } from "vitest";
import { ownSecrets } from "./own-secrets.ts";

const names = { workers: ["STRIPE_KEY"], web: [] as string[] };
const args = {
  ...{ names, declared: [] as string[], variables: undefined, isEncrypted: true, stack: "staging" },
  environment: {},
};

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

  it("takes a declared secret from the environment where the configuration has no value, and no other", () => {
    const declared = ["MAIL_KEY"];
    const both = { workers: ["MAIL_KEY", "STRIPE_KEY"], web: [] };
    const environment = { MAIL_KEY: "from-outside", STRIPE_KEY: "not-asked-for" };
    const given = { ...args, names: both, declared, environment };
    expect(ownSecrets({ ...given, configured: { STRIPE_KEY: "sk" } })).toEqual({
      values: { workers: { MAIL_KEY: "from-outside", STRIPE_KEY: "sk" }, web: {} },
      faults: [],
    });
    expect(ownSecrets({ ...given, configured: { STRIPE_KEY: "sk", MAIL_KEY: "mk" } }).values.workers).toEqual(
      {
        MAIL_KEY: "mk",
        STRIPE_KEY: "sk",
      },
    );
    expect(ownSecrets({ ...given, configured: undefined }).faults).toEqual([
      expect.stringContaining(
        "rollout:secrets.STRIPE_KEY: rollout:fly.secrets names it, and it has no value",
      ),
    ]);
  });

  it("reports a declared secret without a value with both places for it, and one that a variable doubles", () => {
    const given = { ...args, names: { workers: ["MAIL_KEY"], web: [] }, declared: ["MAIL_KEY"] };
    expect(ownSecrets({ ...given, configured: undefined, environment: { MAIL_KEY: "" } }).faults).toEqual([
      "rollout:secrets.MAIL_KEY: rollout.config.ts declares it, and it has no value: pulumi config set --stack staging --secret " +
        "--path 'rollout:secrets.MAIL_KEY', or set the environment variable MAIL_KEY",
    ]);
    const variables = { workers: { MAIL_KEY: "sk-1" } };
    expect(ownSecrets({ ...given, variables, configured: { MAIL_KEY: "sk-2" } }).faults).toEqual([
      "rollout:variables.workers.MAIL_KEY: rollout.config.ts declares it as a secret. Take it out: " +
        "pulumi config rm --stack staging --path 'rollout:variables.workers.MAIL_KEY'",
    ]);
  });
});

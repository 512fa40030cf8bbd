import { describe, expect, it } from "vitest";
import { workerSecrets } from "./worker-secrets.ts";

const args = { names: ["STRIPE_KEY"], isEncrypted: true, stack: "staging" };

describe("workerSecrets", () => {
  it("takes the value of each name from the encrypted configuration", () => {
    expect(workerSecrets({ ...args, configured: { STRIPE_KEY: "sk" } })).toEqual({
      values: { STRIPE_KEY: "sk" },
      faults: [],
    });
    expect(workerSecrets({ ...args, names: [], configured: undefined }).faults).toEqual([]);
  });

  it("tells a name without a value, with the command that sets it", () => {
    expect(workerSecrets({ ...args, configured: undefined }).faults).toEqual([
      "atlaris:secrets.STRIPE_KEY: atlaris:fly.secrets names it, and it has no value: " +
        "pulumi config set --stack staging --secret --path 'atlaris:secrets.STRIPE_KEY'",
    ]);
  });

  it("tells a value that no app gets, one in plain text and one that is the program's own, and quotes none", () => {
    const { faults } = workerSecrets({
      ...args,
      names: ["STRIPE_KEY", "DATABASE_URL"],
      configured: { STRIPE_KEY: "sk-1", OLD_KEY: "sk-2" },
      isEncrypted: false,
    });
    expect(faults).toHaveLength(3);
    expect(faults.join()).toMatch(/plain text.*DATABASE_URL is given.*secrets\.OLD_KEY: no app gets it/);
    expect(faults.join()).not.toContain("sk-");
  });
});

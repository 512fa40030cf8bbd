import { describe, expect, it } from "vitest";
import { settingFaults } from "./setting-faults.ts";
import { settingsSchemaOf } from "./schema.ts";
import { shop } from "./test-application.ts";

const right = {
  neon: { project: "shop", region: "aws-eu-central-1", branch: "staging", role: "shop_staging" },
  fly: { apps: { worker: "worker", mailer: "mailer" } },
  vercel: { team: "team_1", project: "shop", domain: "shop.example" },
  github: { owner: "shop", repository: "shop" },
};
const settingsSchema = settingsSchemaOf(shop);

function faultsOf(settings: unknown): readonly string[] {
  const parsed = settingsSchema.safeParse(settings);
  return parsed.success ? [] : settingFaults(settingsSchema, parsed.error.issues, settings, "staging");
}

describe("the faults of a stack's settings", () => {
  it("are none where all is right", () => {
    expect(faultsOf(right)).toEqual([]);
  });

  it.each([
    [
      "a misspelt name",
      { ...right, fly: { ...right.fly, organisation: "x" } },
      "rollout:fly.organisation: there is no such setting; did you mean organization? (rename it in Pulumi.staging.yaml; one that a command has set: pulumi config rm --stack staging --path 'rollout:fly.organisation')",
    ],
    [
      "a misspelt name in a group that may be absent",
      { ...right, smoke: { keyVersio: "2" } },
      "rollout:smoke.keyVersio: there is no such setting; did you mean keyVersion? (rename it in Pulumi.staging.yaml; one that a command has set: pulumi config rm --stack staging --path 'rollout:smoke.keyVersio')",
    ],
    [
      "an unknown name",
      { ...right, mail: { colour: "red" } },
      "rollout:mail.colour: there is no such setting; there is: from (take it out of Pulumi.staging.yaml; one that a command has set: pulumi config rm --stack staging --path 'rollout:mail.colour')",
    ],
    [
      "a missing value",
      { ...right, github: { owner: "shop" } },
      "rollout:github.repository: is missing; expected a string (pulumi config set --stack staging --path 'rollout:github.repository' VALUE)",
    ],
    [
      "an empty value",
      { ...right, github: { owner: "shop", repository: null } },
      "rollout:github.repository: expected a string, found nothing (pulumi config set --stack staging --path 'rollout:github.repository' VALUE)",
    ],
    [
      "a text that looks like a number",
      { ...right, github: { owner: "shop", repository: 2048 } },
      "rollout:github.repository: expected a string, found 2048 (pulumi config set --stack staging --path 'rollout:github.repository' 2048 --type string)",
    ],
    [
      "a number with a decimal point, as the engine keeps it",
      { ...right, gate: { proofDays: "0.5" } },
      "rollout:gate.proofDays: expected a number, found \"0.5\" (pulumi config set --stack staging --path 'rollout:gate.proofDays' 0.5 --type float)",
    ],
    [
      "a missing group",
      { ...right, vercel: undefined },
      "rollout:vercel: is missing; expected a group of settings (see Pulumi.staging.yaml)",
    ],
    [
      "a wrong kind of value",
      { ...right, neon: { ...right.neon, historyRetentionHours: "a day" } },
      "rollout:neon.historyRetentionHours: expected a number, found \"a day\" (pulumi config set --stack staging --path 'rollout:neon.historyRetentionHours' VALUE)",
    ],
    [
      "a value beyond the range",
      { ...right, fly: { ...right.fly, waitSeconds: 6000 } },
      "rollout:fly.waitSeconds: expected at most 600, found 6000 (pulumi config set --stack staging --path 'rollout:fly.waitSeconds' VALUE)",
    ],
    [
      "a value that is none of those there are",
      { ...right, vercel: { ...right.vercel, deploymentProtection: "all" } },
      "rollout:vercel.deploymentProtection: expected one of none, standard_protection_new, all_deployments, found \"all\" (pulumi config set --stack staging --path 'rollout:vercel.deploymentProtection' VALUE)",
    ],
    [
      "a region that Neon does not have",
      { ...right, neon: { ...right.neon, region: "mars" } },
      "rollout:neon.region: expected one of aws-us-east-1, aws-us-east-2, aws-us-west-2, aws-eu-central-1, aws-eu-west-2, aws-ap-southeast-1, aws-ap-southeast-2, aws-sa-east-1, found \"mars\" (pulumi config set --stack staging --path 'rollout:neon.region' VALUE)",
    ],
    [
      "a region that Fly does not have",
      { ...right, fly: { ...right.fly, machines: { worker: { regions: ["fra", "xyz"] } } } },
      "rollout:fly.machines.worker.regions[1]: expected one of ams, arn, atl, bog, bom, bos, cdg, den, dfw, ewr, eze, fra, gdl, gig, gru, hkg, iad, jnb, lax, lhr, mad, mia, nrt, ord, otp, phx, qro, scl, sea, sin, sjc, syd, waw, yul, yyz, found \"xyz\" (pulumi config set --stack staging --path 'rollout:fly.machines.worker.regions[1]' VALUE)",
    ],
    [
      "an empty list",
      { ...right, github: { ...right.github, requiredChecks: [] } },
      "rollout:github.requiredChecks: expected a length of at least 1, found a list (pulumi config set --stack staging --path 'rollout:github.requiredChecks' VALUE)",
    ],
  ])("name %s, what was expected, what was found and the command that fixes it", (_what, settings, fault) => {
    expect(faultsOf(settings)).toEqual([fault]);
  });

  it("are reported all at once", () => {
    expect(faultsOf({ ...right, neon: {}, mail: { form: "x" } })).toHaveLength(5);
  });

  it("never quote a long value, which may be a secret in the wrong place", () => {
    const secret = "sk-" + "1234567890".repeat(5);
    const [fault = ""] = faultsOf({ ...right, fly: { ...right.fly, waitSeconds: secret } });
    expect(fault).toContain("found 53 characters that are something else");
    expect(fault).not.toContain("1234567890");
  });
});

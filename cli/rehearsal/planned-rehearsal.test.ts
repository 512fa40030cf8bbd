import { describe, expect, it } from "vitest";
import { unknownValue } from "../engine/preview-report.ts";
import { planOf, secret } from "../review/plan-fixture.ts";
import { plannedRehearsal } from "./planned-rehearsal.ts";

const inputs = {
  ...{ owner: "shop", repository: "shop", environment: "staging" },
  ...{ projectId: "project", branchId: "branch", database: "shop", role: "owner", applicationRole: "app" },
  compute: { minUnits: 0.25, maxUnits: 1, suspendSeconds: 0 },
  migrations: { digest: "old", names: ["0000_plans"] },
  folder: "src/db/migrations",
  sources: { web: "1", worker: "2", mailer: "3" },
  records: { staging: { keys: [{ id: "of-the-team", key: "public" }] } },
  keepsData: false,
  variables: { web: {}, workers: { OPENAI_MODEL: "model" } },
  secrets: secret({ OPENAI_API_KEY: "a key of a user" }),
  waitSeconds: 900,
};
const step = { type: "pulumi-nodejs:dynamic/rollout:Rehearsal", name: "rehearsal" };

describe("what a rollout would rehearse", () => {
  it("is what the plan contains, with its secrets, and what is not known yet as it was", () => {
    const migrations = { digest: "new", names: ["0000_plans", "0001_more"] };
    const after = { ...inputs, migrations, branchId: unknownValue };
    const planned = plannedRehearsal(planOf([{ ...step, op: "update", before: inputs, after }]), undefined);
    expect(planned).toMatchObject({
      branchId: "branch",
      migrations,
      secrets: { OPENAI_API_KEY: "a key of a user" },
      // Without its keys no entry of the record would count.
      records: inputs.records,
    });
  });

  it("is what it was where nothing is planned", () => {
    expect(plannedRehearsal(planOf([{ ...step, op: "same", before: inputs }]), undefined)).toMatchObject({
      migrations: inputs.migrations,
    });
  });

  it("is nothing where the environment is not there yet", () => {
    const after = { ...inputs, projectId: unknownValue, branchId: unknownValue };
    expect(plannedRehearsal(planOf([{ ...step, op: "create", after }]), undefined)).toBeUndefined();
    expect(plannedRehearsal(planOf([]), undefined)).toBeUndefined();
  });
});

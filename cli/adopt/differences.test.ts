import { expect, it } from "vitest";
import { stagingNames } from "@rollout/infra/rollout/ownership/test-world";
import type { AdoptedPath, AdoptedResource } from "../../stacks/adopted-resource.ts";
import { differencesIn } from "./differences.ts";

const resource = (path: AdoptedPath, inputs: AdoptedResource["inputs"]): AdoptedResource => ({
  ...{ kind: "module", path, name: "any", id: "1", inputs },
});

it.each<
  [string, AdoptedPath, AdoptedResource["inputs"], Readonly<Record<string, unknown>>, readonly string[]]
>([
  ["nothing of what is as wanted", "neon/branch", { name: "a" }, { name: "a", branchId: "b" }, []],
  [
    "what differs from the settings",
    "neon/endpoint",
    { minUnits: 0.25, maxUnits: 1 },
    { minUnits: 0.25, maxUnits: 4, changedOutOfBand: ["it is disabled"] },
    ["maxUnits 4 → 1", "it is disabled"],
  ],
  [
    "that a value which cannot be read is set",
    "vercel/variable",
    { key: "A", value: "" },
    { key: "A", value: "", changedOutOfBand: ["it is plain instead of sensitive"] },
    ["its value is set, since the one that it has cannot be read", "it is plain instead of sensitive"],
  ],
  [
    "which secrets of an app are set and which stay",
    "fly/app-secrets",
    { app: "a", values: {} },
    { app: "a", values: {}, kept: ["DATABASE_URL", "STRIPE_KEY"] },
    ["sets DATABASE_URL", "STRIPE_KEY stays as it is"],
  ],
])("of an adopted thing the next rollout changes %s", (_what, path, inputs, outputs, expected) => {
  expect(differencesIn(resource(path, inputs), outputs, stagingNames)).toEqual(expected);
});

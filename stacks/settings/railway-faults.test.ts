import { expect, it } from "vitest";
import { kindOf } from "../environments.ts";
import { railwayFaults } from "./railway-faults.ts";
import { shopSettings } from "./test-application.ts";

const tokens = { RAILWAY_API_TOKEN: "token", FLY_REGISTRY_TOKEN: "registry" };
const railway = { project: "p", environment: "e", services: { worker: "shop-worker" } };
const workers = { worker: { host: "railway" } };

function faults(settings: object, environment = {}, stack = "staging", isPreview = false): readonly string[] {
  const kind = kindOf(stack);
  if (!kind) throw new Error(`no environment ${stack}`);
  return railwayFaults(stack, kind, shopSettings("staging", { ...settings }), environment, isPreview);
}

it("asks for nothing where no worker has a service on Railway", () => {
  expect(faults({})).toEqual([]);
});

it("asks for the token of Railway where a worker has a service, and for that of the images where one runs there", () => {
  expect(faults({ railway })).toEqual([
    expect.stringMatching(/^no token for railway: set RAILWAY_API_TOKEN/),
  ]);
  expect(faults({ railway }, { RAILWAY_TOKEN: "of a project" })).toEqual([]);
  expect(faults({ railway, workers }, { RAILWAY_API_TOKEN: "token" })).toEqual([
    expect.stringMatching(/^no token for Railway to pull the workers' image: set FLY_REGISTRY_TOKEN/),
  ]);
  expect(faults({ railway, workers }, tokens)).toEqual([]);
});

it("asks a preview for no token that it does not use", () => {
  expect(faults({ railway, workers }, { RAILWAY_API_TOKEN: "token" }, "staging", true)).toEqual([]);
});

it("names what the settings lack, with the command that sets it", () => {
  expect(faults({ workers }, tokens)).toEqual([
    expect.stringContaining("pulumi config set --stack staging --path rollout:workers.worker.host fly"),
  ]);
  const mailer = { mailer: { host: "railway" } };
  expect(faults({ railway, workers: mailer }, tokens)).toEqual([
    expect.stringContaining("--path rollout:railway.services.mailer NAME"),
  ]);
  expect(faults({ railway }, tokens, "pr-42")).toEqual([
    "rollout:railway is not for environments of pull requests. pr-42 is made by: bin/rollout preview-env up 42",
  ]);
});

it("takes regions once each, and a limit with at least one figure", () => {
  const parsed = (more: object): string => {
    try {
      shopSettings("staging", { railway: { ...railway, ...more } });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(
    parsed({ regions: ["us-west2", "europe-west4-drams3a"], limits: { worker: { memoryGb: 0.5 } } }),
  ).toBe("");
  expect(parsed({ regions: ["us-west2", "us-west2"] })).toContain("expected each region once");
  expect(parsed({ limits: { worker: {} } })).toContain("expected vcpus or memoryGb");
});

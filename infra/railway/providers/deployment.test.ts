import { beforeEach, describe, expect, it } from "vitest";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { running, useTestRailway } from "../test-railway.ts";
import type { DeploymentInputs, DeploymentOutputs } from "./deployment.ts";
import { provider } from "./deployment.ts";

const railway = useTestRailway((reset) => beforeEach(reset));
const image = `registry.fly.io/images:content-1@sha256:${"1".repeat(64)}`;
const news: DeploymentInputs = {
  ...{ environment: "e", serviceId: "s", service: "shop-worker", image, startCommand: "node worker.mjs" },
  ...{ healthPath: "/health", replicas: 1, drainingSeconds: 1, waitSeconds: 1, configDigest: "c" },
  ...{ sourceDigest: "d", variablesVersion: "v" },
};
const names = (): readonly string[] => railway.writes().map(({ name }) => name);
const create = async (): Promise<DeploymentOutputs> => (await provider.create(news, railway.context)).outputs;
const differs = (olds: DeploymentOutputs, more: Partial<DeploymentInputs> = {}): Promise<boolean> =>
  Promise.resolve(provider.differs?.(olds, { ...news, ...more }, railway.context) ?? false);

describe("a deployment on Railway", () => {
  it("sets image, credentials, check and replicas, deploys once and reads back what runs", async () => {
    const outputs = await create();
    expect(names()).toEqual(["serviceInstanceUpdate", "serviceInstanceDeployV2"]);
    expect(railway.writes()[0]?.variables["input"]).toEqual({
      source: { image },
      registryCredentials: { username: "x", password: "registry-token" },
      ...{ startCommand: "node worker.mjs", healthcheckPath: "/health", healthcheckTimeout: 1 },
      ...{ numReplicas: 1, restartPolicyType: "ALWAYS", drainingSeconds: 1, overlapSeconds: 0 },
    });
    expect(outputs).toMatchObject({
      deploymentId: "deployment-1",
      machines: ["deployment-1:deployment-1-replica"],
      imageDigest: `sha256:${"1".repeat(64)}`,
    });
    expect(JSON.stringify(outputs)).not.toContain("registry-token");
    expect(await differs(outputs)).toBe(false);
  });

  it("fails with Railway's state and the log, and keeps what it attempted", async () => {
    railway.becomes = (id, wanted) => ({ ...running(id, wanted), status: "FAILED", instances: [] });
    const failure = await create().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StepFailed);
    expect((failure as Error).message).toMatch(/shop-worker.*is FAILED:\n.*cannot reach the database/s);
    expect((failure as StepFailed).properties).toMatchObject({ sourceDigest: "d", machines: [] });
  });

  it("fails where Railway runs another image than the one that was ordered", async () => {
    railway.becomes = (id) => running(id, "registry.fly.io/images:other");
    await expect(create()).rejects.toThrow("runs registry.fly.io/images:other and not");
  });

  it("waits until the deployment before has ended, so that two releases never stay", async () => {
    railway.deployments = [running("older", image)];
    await expect(create()).rejects.toThrow("deployment older is SUCCESS");
  }, 60_000);

  it("takes the deployment whose answer was lost, and begins no second one", async () => {
    railway.answer = (name) => {
      if (name !== "serviceInstanceDeployV2") return undefined;
      railway.deployments = [running("made", image)];
      return { status: 200, body: "no JSON: the answer ends here" };
    };
    expect(await create()).toMatchObject({ deploymentId: "made" });
    expect(names().filter((name) => name === "serviceInstanceDeployV2")).toHaveLength(1);
  });

  it.each<[string, Partial<DeploymentInputs>]>([
    ["sources", { sourceDigest: "other" }],
    ["configuration", { configDigest: "other" }],
    ["variables", { variablesVersion: "other" }],
    ["replicas", { replicas: 2 }],
    ["regions", { regions: ["us-west2"] }],
    ["limits", { limits: { vcpus: 1 } }],
  ])("differs by its %s", async (_what, more) => {
    expect(await differs(await create(), more)).toBe(true);
  });

  it("spreads replicas over regions, and leaves those of before", async () => {
    const regions = ["us-west2", "europe-west4-drams3a"];
    const two = { ...news, regions, replicas: 3 };
    railway.becomes = (id, wanted) => ({
      ...running(id, wanted),
      instances: [1, 2, 3].map((each) => ({ id: `${id}-${String(each)}`, status: "RUNNING" })),
    });
    const { outputs } = await provider.create(two, railway.context);
    const placed = { "us-west2": { numReplicas: 2 }, "europe-west4-drams3a": { numReplicas: 1 } };
    expect(railway.writes()[0]?.variables["input"]).toMatchObject({ multiRegionConfig: placed });
    expect(railway.writes()[0]?.variables["input"]).not.toHaveProperty("numReplicas");
    expect(await differs(outputs, two)).toBe(false);
    railway.deployments = [];
    await provider.update?.("s", outputs, { ...two, regions: ["us-west2"] }, railway.context);
    expect(railway.writes().at(-2)?.variables["input"]).toMatchObject({
      multiRegionConfig: { "us-west2": { numReplicas: 3 }, "europe-west4-drams3a": null },
    });
    // Without the setting they stay where they are, in the number that is ordered.
    const { regions: _regions, ...anywhere } = two;
    railway.deployments = [];
    await provider.update?.("s", outputs, anywhere, railway.context);
    expect(railway.writes().at(-2)?.variables["input"]).toMatchObject({ multiRegionConfig: placed });
  });

  it("limits what a replica may use, and takes the limit away again", async () => {
    const limited = { ...news, limits: { memoryGb: 0.5 } };
    const { outputs } = await provider.create(limited, railway.context);
    const place = { environmentId: "e", serviceId: "s" };
    const limits = (): readonly unknown[] =>
      railway
        .writes()
        .filter(({ name }) => name === "serviceInstanceLimitsUpdate")
        .map(({ variables }) => variables["input"]);
    expect(limits()).toEqual([{ ...place, vCPUs: null, memoryGB: 0.5 }]);
    railway.deployments = [];
    await provider.update?.("s", outputs, news, railway.context);
    expect(limits().at(-1)).toEqual({ ...place, vCPUs: null, memoryGB: null });
  });

  it("differs, and shows it on a refresh, where another one was deployed out of band", async () => {
    const outputs = await create();
    railway.deployments = [running("manual", image)];
    expect(await differs(outputs)).toBe(true);
    const seen = await provider.read("s", outputs, railway.context);
    expect(seen?.changedOutOfBand).toEqual(["deployment deployment-1 does not run any more"]);
    railway.deployments = [];
    expect(await provider.read("s", outputs, railway.context)).toBeUndefined();
  });

  it("finds limits that were changed out of band, and no change in what has another form", async () => {
    const limited = { ...news, limits: { vcpus: 2, memoryGb: 0.5 } };
    const { outputs } = await provider.create(limited, railway.context);
    const changes = async (of = outputs): Promise<readonly string[] | undefined> =>
      (await provider.read("s", of, railway.context))?.changedOutOfBand;
    expect(await changes()).toEqual([]);
    railway.limits = { containers: { cpu: 2, memoryBytes: 2 ** 29 } };
    expect(await changes()).toEqual([]);
    railway.limits = { containers: { cpu: 2, memoryBytes: 8e9 } };
    expect(await changes()).toEqual(["its limit is 8 GB of memory and not 0.5"]);
    railway.limits = { perReplica: "8 GB" };
    expect(await changes()).toEqual([]);
    railway.limits = null;
    expect(await changes()).toEqual(["its limits were removed"]);
    const { limits: _limits, ...unlimited } = outputs;
    expect(await changes(unlimited)).toEqual([]);
  });

  it("removes what works for the service when it is deleted", async () => {
    const outputs = await create();
    await provider.delete?.("s", outputs, railway.context);
    expect(railway.deployments).toEqual([]);
  });

  it("names the variable where a token is missing", async () => {
    const { railway: _railway, ...access } = railway.context.access;
    const without = provider.create(news, { ...railway.context, access });
    await expect(without).rejects.toThrow("set RAILWAY_API_TOKEN");
  });
});

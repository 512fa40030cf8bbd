import { beforeEach, describe, expect, it } from "vitest";
import { useTestApi } from "../../shared/test-api.ts";
import type { DeploymentOutputs } from "./deployment.ts";
import { provider } from "./deployment.ts";

let machines: readonly { readonly id: string; readonly state: string }[] | undefined;

const { access, calls } = useTestApi(({ method, url }) => {
  if (method !== "GET") return { status: 200, body: { ok: true } };
  if (machines === undefined) return { status: 404, body: { error: "Could not find App" } };
  return { status: 200, body: url.endsWith("/machines") ? machines : { id: "m", state: "stopped" } };
});

const deployment: DeploymentOutputs = {
  ...{ app: "standby", config: "fly.toml", configDigest: "c", image: "i", sourceDigest: "s" },
  ...{
    secretsVersion: "1",
    strategy: "rolling",
    waitSeconds: 5,
    machines: ["m1:a"],
    imageDigest: "sha256:1",
  },
};

async function remove(): Promise<readonly string[]> {
  const clouds = {
    neon: access,
    vercel: access,
    github: access,
    fly: { ...access, graphqlUrl: access.baseUrl },
  };
  await provider.delete?.("standby", deployment, { access: clouds, note: () => undefined });
  return calls
    .filter(({ method }) => method !== "GET")
    .map(({ method, url }) => `${method} ${url.replace("/v1/apps/standby/machines/", "")}`)
    .sort();
}

beforeEach(() => {
  calls.length = 0;
});

describe("the deletion of a deployment", () => {
  it("stops each machine of the app before it destroys it", async () => {
    machines = [
      { id: "m1", state: "started" },
      { id: "m2", state: "stopped" },
    ];
    expect(await remove()).toEqual([
      "DELETE m1?force=true",
      "DELETE m2?force=true",
      "POST m1/stop",
      "POST m2/stop",
    ]);
  });

  it("has nothing to do where the app is gone", async () => {
    machines = undefined;
    expect(await remove()).toEqual([]);
  });
});

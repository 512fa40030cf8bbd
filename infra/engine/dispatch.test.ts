import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { noteReached } from "../rollout/this-run.ts";
import { providerAt } from "./dispatch.ts";
import { StepFailed } from "../dynamic/step-failed.ts";

const shim = "exports.handler = …";

describe("providerAt", () => {
  it("changes nothing in a run that has not reached the gate and the record", async () => {
    const refusal = (missing: string): string =>
      `nothing was changed: this run left out ${missing}, as with --target or --exclude`;
    const key = { version: "1" };
    await expect(providerAt("rollout/api-key").create(key)).rejects.toThrow(refusal("gate and attempt"));
    await expect(providerAt("rollout/attempt").create({})).rejects.toThrow(refusal("gate"));
    noteReached("rollout/gate");
    await expect(providerAt("rollout/api-key").create(key)).rejects.toThrow(refusal("attempt"));
    await expect(providerAt("fly/deployment").update("app", {}, {})).rejects.toThrow(refusal("attempt"));
  });

  it("reads and deletes a resource of a provider that this version lacks, so that its state can be destroyed", async () => {
    const later = providerAt("fly/volume");
    await expect(later.read("vol_1", { size: 3, __provider: shim })).resolves.toEqual({
      id: "vol_1",
      props: { size: 3 },
    });
    await expect(later.delete("vol_1", { size: 3, __provider: shim })).resolves.toBeUndefined();
  });

  it("keeps the shim in the state of a step that failed, so that it can be read and deleted later", async () => {
    const inputs = {
      command: "exit 3",
      limitSeconds: 60,
      apiUrl: "http://127.0.0.1:1",
      databaseUrl: "",
      apiKey: "",
      protectionBypass: "",
      live: {},
      __provider: shim,
    };
    for (const step of ["rollout/gate", "rollout/attempt"]) noteReached(step);
    const failure: unknown = await providerAt("rollout/smoke")
      .create(inputs)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StepFailed);
    expect(failure).toMatchObject({
      id: "smoke",
      properties: { apiUrl: "http://127.0.0.1:1", __provider: shim },
    });
  });

  it("runs a step that failed again, also after a refresh has taken the engine's own mark away", async () => {
    const key = { version: "1" };
    const again = await providerAt("rollout/api-key").diff("id", { ...key, key: "k", unfinished: true }, key);
    expect(again).toMatchObject({ changes: true });
  });

  it("does not plan a replacement for what is not known yet", async () => {
    const branch = { projectId: "p", parentId: "b", name: "staging" };
    const news = { ...branch, projectId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const planned = await providerAt("neon/branch").diff(
      "id",
      { ...branch, branchId: "x", endpointId: "e" },
      news,
    );
    expect(planned).toMatchObject({ changes: true, replaces: [] });
  });

  it("does not call a new shim a change", async () => {
    const key = { version: "1" };
    const same = await providerAt("rollout/api-key").diff(
      "id",
      { ...key, key: "k", __provider: "old" },
      { ...key, __provider: shim },
    );
    expect(same).toMatchObject({ changes: false, replaces: [] });
  });

  it("replaces what cannot be updated", async () => {
    const built = { projectId: "p", projectName: "a", team: "t", variablesDigest: "v", waitSeconds: 1 };
    const other = await providerAt("vercel/deployment").diff(
      "id",
      { ...built, sourceDigest: "one", deploymentId: "d", host: "h" },
      { ...built, sourceDigest: "two" },
    );
    expect(other).toMatchObject({ changes: true, replaces: ["sourceDigest"] });
  });

  it("deploys a worker again for another source or a foreign machine, not for another image of the same source or another strategy", async () => {
    let instance = "01A";
    let state = "started";
    const fly = createServer((_request, response) =>
      response.end(
        JSON.stringify([
          {
            id: "m",
            state,
            checks: [{ name: "health", status: "passing" }],
            instance_id: instance,
            config: { metadata: { fly_platform_version: "v2" } },
          },
        ]),
      ),
    );
    await new Promise<void>((resolve) => void fly.listen(0, "127.0.0.1", resolve));
    for (const name of ["NEON_API_KEY", "FLY_ACCESS_TOKEN", "VERCEL_API_TOKEN", "GITHUB_TOKEN"])
      vi.stubEnv(name, "t");
    vi.stubEnv("FLY_FLAPS_BASE_URL", `http://127.0.0.1:${String((fly.address() as AddressInfo).port)}`);
    const deployed = {
      app: "a",
      config: "fly.toml",
      configDigest: "c",
      image: "registry.fly.io/a:content-1",
      recipe: "r",
      sourceDigest: "s",
      secretsVersion: "v",
      strategy: "rolling",
      waitSeconds: 60,
    };
    const outputs = { ...deployed, machines: ["m:01A"], imageDigest: "d" };
    const diff = (news: object, olds: object = outputs) =>
      providerAt("fly/deployment").diff("id", olds, { ...deployed, ...news });
    await expect(diff({ image: "registry.fly.io/a:content-2", waitSeconds: 90 })).resolves.toMatchObject({
      changes: false,
    });
    await expect(diff({ strategy: "bluegreen" })).resolves.toMatchObject({ changes: false });
    await expect(diff({ sourceDigest: "t" })).resolves.toMatchObject({ changes: true, replaces: [] });
    await expect(diff({ recipe: "q" }), "the Dockerfile changed").resolves.toMatchObject({ changes: true });
    const { recipe: _recipe, ...earlier } = outputs;
    await expect(diff({}, earlier), "a state of an earlier version").resolves.toMatchObject({
      changes: false,
    });
    await expect(diff({ image: "registry.fly.io/a:content-2" }, earlier)).resolves.toMatchObject({
      changes: true,
    });
    await expect(diff({ secretsVersion: "w" })).resolves.toMatchObject({ changes: true, replaces: [] });
    state = "stopped";
    await expect(diff({}), "a machine was stopped").resolves.toMatchObject({ changes: true, replaces: [] });
    [instance, state] = ["01B", "started"];
    await expect(diff({})).resolves.toMatchObject({ changes: true, replaces: [] });
    fly.close();
    vi.unstubAllEnvs();
  });

  it("names a state whose provider this version lacks", async () => {
    await expect(providerAt("neon/unknown").diff("id", {}, {})).rejects.toThrow("neon/unknown");
  });
});

import { describe, expect, it } from "vitest";
import { providerAt } from "./dispatch.ts";
import { StepFailed } from "./step-failed.ts";

const shim = "exports.handler = …";

describe("providerAt", () => {
  it("keeps the shim in the state of a step that failed, so that it can be read and deleted later", async () => {
    const inputs = {
      apiUrl: "http://127.0.0.1:1",
      databaseUrl: "",
      apiKey: "",
      protectionBypass: "",
      live: {},
      __provider: shim,
    };
    const failure: unknown = await providerAt("rollout/smoke")
      .create(inputs)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StepFailed);
    expect(failure).toMatchObject({
      id: "smoke",
      properties: { apiUrl: "http://127.0.0.1:1", __provider: shim },
    });
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
    const other = await providerAt("rollout/api-key").diff(
      "id",
      { version: "1", key: "k" },
      { version: "2" },
    );
    expect(other).toMatchObject({ changes: true, replaces: ["version"] });
  });

  it("does not deploy a worker again for another image of the same source", async () => {
    const deployed = {
      app: "a",
      config: "fly.toml",
      configDigest: "c",
      image: "registry.fly.io/a:content-1",
      sourceDigest: "s",
      secretsVersion: "v",
      strategy: "rolling",
      waitSeconds: 60,
    };
    const outputs = { ...deployed, machines: ["m"], imageDigest: "d" };
    const diff = (news: object) => providerAt("fly/deployment").diff("id", outputs, { ...deployed, ...news });
    await expect(diff({ image: "registry.fly.io/a:content-2", waitSeconds: 90 })).resolves.toMatchObject({
      changes: false,
    });
    await expect(diff({ sourceDigest: "t" })).resolves.toMatchObject({ changes: true, replaces: [] });
    await expect(diff({ secretsVersion: "w" })).resolves.toMatchObject({ changes: true, replaces: [] });
  });

  it("names a state whose provider this version lacks", async () => {
    await expect(providerAt("neon/unknown").read("id", {})).rejects.toThrow("neon/unknown");
  });
});

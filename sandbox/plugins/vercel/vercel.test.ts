import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open as openVercelCloud } from "../../cloud/vercel/index.ts";
import { openTestCloud, type TestCloud } from "../../cloud/test-context.ts";
import { changesBetween, type Operation, type ResourceType } from "../kit/resource-type.ts";
import { open, type Properties } from "../kit/values.ts";
import { projectEnvironmentVariable } from "./project-environment-variable.ts";
import { project } from "./project.ts";

describe("the emulator of the Vercel plugin", () => {
  let cloud: TestCloud;
  let vercel: Vercel;
  let operation: Operation;
  const previous = process.env["VERCEL_API_URL"];

  beforeAll(async () => {
    cloud = await openTestCloud("vercel", openVercelCloud);
    vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
    process.env["VERCEL_API_URL"] = cloud.origin;
    operation = {
      urn: "",
      name: "test",
      signal: AbortSignal.timeout(60_000),
      config: { apiToken: cloud.token, team: "team_sandbox" },
      log: () => undefined,
    };
  });
  afterAll(async () => {
    if (previous === undefined) delete process.env["VERCEL_API_URL"];
    else process.env["VERCEL_API_URL"] = previous;
    await cloud.close();
  });

  /** Names of the inputs that a refresh finds changed; nothing when the thing is gone. */
  const refresh = async (type: ResourceType, id: string, inputs: Properties) => {
    const found = await type.read?.(id, { ...inputs, teamId: "team_sandbox" }, operation, inputs);
    return found && changesBetween(type, open(inputs), open(found.inputs)).map(({ property }) => property);
  };

  it("shows of a project what was changed out of band, set by the program or not, and nothing else", async () => {
    const inputs = {
      name: "web",
      nodeVersion: "22.x",
      autoAssignCustomDomains: false,
      gitProviderOptions: { createDeployments: false },
      vercelAuthentication: { deploymentType: "none" },
    };
    const { id } = await project.create(inputs, operation);
    expect(await refresh(project, id, inputs)).toEqual([]);
    const change = async (requestBody: object) => {
      // By hand, because the SDK drops what its request has no type for.
      await fetch(`${cloud.origin}/v9/projects/${id}`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${cloud.token}` },
        body: JSON.stringify(requestBody),
      });
      return refresh(project, id, inputs);
    };
    const fix = () => project.update(id, inputs, inputs, operation);
    expect(await change({ autoAssignCustomDomains: true })).toEqual(["autoAssignCustomDomains"]);
    await fix();
    expect(await change({ nodeVersion: "20.x" })).toEqual(["nodeVersion"]);
    await fix();
    expect(await change({ ssoProtection: { deploymentType: "all" } })).toEqual(["vercelAuthentication"]);
    await fix();
    expect(await change({ gitProviderOptions: { createDeployments: "enabled" } })).toEqual([
      "gitProviderOptions",
    ]);
    await fix();
    expect(await change({ gitForkProtection: false })).toEqual(["gitForkProtection"]);
    await fix();
    expect(await change({ buildCommand: "manually" })).toEqual(["buildCommand"]);
    await project.update(id, { ...inputs, buildCommand: "manually" }, inputs, operation);
    // Vercel fills these in, so the real provider takes them as they are.
    expect(await change({ directoryListing: true })).toEqual([]);

    const imported = await project.read?.(`team_sandbox/${id}`, {}, operation, {});
    expect(imported?.id).toBe(id);
    expect(changesBetween(project, open(imported?.inputs ?? {}), open(inputs))).toEqual([]);
    await project.delete(id, inputs, operation);
    expect(await refresh(project, id, inputs)).toBeUndefined();
  });

  it("shows of a variable what was changed out of band, but for a sensitive value", async () => {
    const { id: projectId } = await vercel.projects.createProject({ requestBody: { name: "vars" } });
    const make = async (sensitive: boolean, key: string) => {
      const inputs = { projectId, key, value: "1", targets: ["production", "preview"], sensitive };
      const { id } = await projectEnvironmentVariable.create(inputs, operation);
      expect(await refresh(projectEnvironmentVariable, id, inputs)).toEqual([]);
      return {
        id,
        inputs,
        change: async (requestBody: object) => {
          await vercel.projects.editProjectEnv({ idOrName: projectId, id, requestBody });
          return refresh(projectEnvironmentVariable, id, inputs);
        },
      };
    };
    const visible = await make(false, "OPEN");
    expect(await visible.change({ value: "2" })).toEqual(["value"]);
    expect(await visible.change({ value: "1", target: ["preview", "production"] })).toEqual([]);
    expect(await visible.change({ target: ["preview"] })).toEqual(["targets"]);
    expect(await visible.change({ target: ["preview", "production"], comment: "why" })).toEqual([]);
    const closed = await make(true, "CLOSED");
    expect(await closed.change({ value: "2" })).toEqual([]);
    const imported = await projectEnvironmentVariable.read?.(`${projectId}/${visible.id}`, {}, operation, {});
    expect(imported).toMatchObject({ id: visible.id, inputs: { key: "OPEN", value: "1", projectId } });
    await projectEnvironmentVariable.delete(visible.id, visible.inputs, operation);
    expect(await refresh(projectEnvironmentVariable, visible.id, visible.inputs)).toBeUndefined();
  });
});

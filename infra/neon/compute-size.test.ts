import { beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import type { ProviderContext } from "../dynamic/provider-module.ts";
import { useTestApi } from "../shared/test-api.ts";
import { computeSize } from "./compute-size.ts";
import { provider as endpoints } from "./providers/endpoint.ts";

/** An account on the Free plan, whose one endpoint has this suspend timeout: create-branch-action#31. */
let live: number | undefined;
let isFree = true;

const { access, calls } = useTestApi(({ method, body }) => {
  const { endpoint: given } = (body ?? {}) as { endpoint?: { suspend_timeout_seconds?: number } };
  if (isFree && given && "suspend_timeout_seconds" in given)
    return { status: 403, body: { code: "", message: "suspend interval changing is not allowed" } };
  if (given) live = given.suspend_timeout_seconds ?? live ?? 0;
  const endpoint = {
    ...{ id: "ep", project_id: "p", branch_id: "b", type: "read_write", disabled: false },
    ...{ autoscaling_limit_min_cu: 0.25, autoscaling_limit_max_cu: 1, suspend_timeout_seconds: live },
  };
  const isList = method === "GET" && !calls.at(-1)?.url.endsWith("/ep");
  return {
    status: 200,
    body: isList ? { endpoints: live === undefined ? [] : [endpoint] } : { endpoint, operations: [] },
  };
});

const context = (): ProviderContext => ({
  access: { neon: access } as unknown as CloudAccess,
  note: () => undefined,
});
const wanted = { projectId: "p", branchId: "b", minUnits: 0.25, maxUnits: 1, suspendSeconds: 0 };
const sent = () =>
  calls
    .filter(({ method }) => method !== "GET")
    .map(({ body }) => (body as { endpoint: { suspend_timeout_seconds?: number } }).endpoint)
    .map((endpoint) => endpoint.suspend_timeout_seconds);

beforeEach(() => {
  calls.length = 0;
  [live, isFree] = [undefined, true];
});

describe("a compute on the Free plan", () => {
  it("is created and changed without a suspend timeout", async () => {
    await endpoints.create(wanted, context());
    const before = { ...wanted, endpointId: "ep" };
    await endpoints.update?.("ep", before, { ...wanted, maxUnits: 2 }, context());
    expect(sent()).toEqual([undefined, undefined]);
  });

  it.each([0, 300])("whose default reads %d is taken as it is, and is no drift", async (seconds) => {
    live = seconds;
    await endpoints.create(wanted, context());
    expect(sent()).toEqual([]);
    const seen = await endpoints.read("ep", { ...wanted, endpointId: "ep" }, context());
    expect(seen?.inputs).toEqual(wanted);
  });
});

describe("a compute on a paid plan", () => {
  beforeEach(() => {
    isFree = false;
  });

  it("has the suspend timeout of the settings", async () => {
    await endpoints.create({ ...wanted, suspendSeconds: 600 }, context());
    expect(sent()).toEqual([600]);
    expect(computeSize({ ...wanted, suspendSeconds: -1 })).toHaveProperty("suspend_timeout_seconds", -1);
  });

  it("gets the default back after a manual change", async () => {
    live = 600;
    await endpoints.create(wanted, context());
    expect(sent()).toEqual([0]);
    live = 600;
    await endpoints.update?.("ep", { ...wanted, endpointId: "ep" }, wanted, context());
    expect(sent()).toEqual([0, 0]);
    live = 600;
    const seen = await endpoints.read("ep", { ...wanted, endpointId: "ep" }, context());
    expect(seen?.inputs).toHaveProperty("suspendSeconds", 600);
  });
});

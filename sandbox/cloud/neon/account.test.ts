import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { ownOrganization } from "./organization.ts";
import { connect, refusal, type TestNeon } from "./test-client.ts";

let cloud: TestCloud;
let neon: TestNeon;

beforeAll(async () => {
  cloud = await openTestCloud("neon", open);
  neon = connect(cloud);
});
afterAll(() => cloud.close());
beforeEach(() => cloud.account.reset());

describe("the branches that a plan allows", () => {
  const limits = async (): Promise<unknown> => {
    const org_id = ownOrganization;
    const [project = { id: "" }] = await neon.projects.list({ search: "limits", org_id }).all();
    const { owner } = await neon.projects.get({ projectId: project.id });
    return owner;
  };

  it("are reported by the project for each kind of key, and by the user for a personal one", async () => {
    await neon.projects.create({ name: "limits" });
    expect(await limits()).toMatchObject({ branches_limit: -1, subscription_type: "launch" });
    expect(await refusal(neon.user.me())).toMatchObject({
      status: 404,
      message: expect.stringContaining("not allowed for organization API keys") as string,
    });
    await cloud.account.set("neon.key", "personal");
    await cloud.account.set("neon.plan", "free");
    expect(await limits()).toMatchObject({ branches_limit: 10, subscription_type: "free_v3" });
    expect((await neon.user.me()).branches_limit).toBe(10);
    await cloud.account.set("neon.plan", "scale");
    expect((await neon.user.me()).branches_limit).toBe(-1);
  });
});

describe("the Free plan", () => {
  it("refuses a suspend timeout, also its own, and takes an endpoint without one", async () => {
    const { id: projectId } = await neon.projects.create({ name: "free" });
    const { id: branch_id } = await neon.branches.create({ projectId, name: "branch", noCompute: true });
    await cloud.account.set("neon.plan", "free");
    const endpoint = { projectId, branch_id, type: "read_write" } as const;
    const refused = {
      message: expect.stringContaining("suspend interval changing is not allowed") as string,
    };
    expect(
      await refusal(neon.postgres.endpoints.create({ ...endpoint, suspend_timeout_seconds: 0 })),
    ).toMatchObject(refused);
    const { id: endpointId } = await neon.postgres.endpoints.create(endpoint);
    const change = { projectId, endpointId };
    expect(
      await refusal(neon.postgres.endpoints.update({ ...change, suspend_timeout_seconds: 0 })),
    ).toMatchObject(refused);
    await neon.postgres.endpoints.update({ ...change, autoscaling_limit_max_cu: 2 });
  });
});

describe("a personal API key", () => {
  it("has to name the organization of a project", async () => {
    await cloud.account.set("neon.key", "personal");
    const required = {
      status: 400,
      message: expect.stringContaining("org_id is required, you can find it") as string,
    };
    expect(await refusal(neon.projects.list({}).all())).toMatchObject(required);
    expect(await refusal(neon.projects.create({ name: "one" }))).toMatchObject(required);
    const { id } = await neon.projects.create({ name: "one", org_id: ownOrganization });
    const found = await neon.projects.list({ search: "one", org_id: ownOrganization }).all();
    expect(found.map((each) => each.id)).toEqual([id]);
    await cloud.account.set("neon.key", "organization");
    expect((await neon.projects.list({ search: "one" }).all()).map((each) => each.id)).toEqual([id]);
  });
});

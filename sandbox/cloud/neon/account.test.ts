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
    expect((await neon.projects.list({}).all()).map((each) => each.id)).toEqual([id]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import type { ProviderContext } from "../dynamic/provider-module.ts";
import { previewsOnNeon } from "../preview/on-neon.ts";
import { findRestorable } from "../rollout/restore/restorable.ts";
import { useTestApi } from "../shared/test-api.ts";
import { openNeon } from "./client.ts";
import { findProject } from "./find-project.ts";
import { provider as existingProjects } from "./providers/existing-project.ts";
import { provider as projects } from "./providers/project.ts";
import { dropTestDatabase, makeTestDatabase } from "./test-database.ts";

/** Neon for a personal key, as users saw it answer: neondatabase/website#5671. */
const { access, calls } = useTestApi(({ method, url, body }) => {
  const { org_id: inBody } = ((body as { project?: object } | undefined)?.project ?? {}) as {
    org_id?: string;
  };
  const isNamed = url.includes("org_id=") || inBody !== undefined;
  const isList = method === "GET" && url.startsWith("/projects?");
  if (!isNamed && (!allowsList || !isList))
    return {
      status: 400,
      body: {
        request_id: "r",
        code: "",
        message: "org_id is required, you can find it on your organization settings page",
      },
    };
  return {
    status: 200,
    body: {
      projects: [
        { id: "p1", name: "shop-2" },
        { id: "p2", name: "shop" },
      ],
    },
  };
});
let allowsList = false;

const context = (): ProviderContext => ({
  access: { neon: access } as unknown as CloudAccess,
  note: () => undefined,
});
const setting = "pulumi config set --path rollout:neon.organizationId";

beforeEach(() => {
  calls.length = 0;
  allowsList = false;
});

describe("the project of a name", () => {
  it("is found in the organization that the settings name, and by the complete name", async () => {
    const neon = await openNeon(access);
    expect(await findProject(neon, { name: "shop", organizationId: "org-1" })).toMatchObject({ id: "p2" });
    expect(calls.map(({ url }) => url)).toEqual([expect.stringContaining("org_id=org-1") as string]);
    expect(await findProject(neon, { name: "atl", organizationId: "org-1" })).toBeUndefined();
  });

  const name = "shop";
  const testDatabase = { project: name, projectMadeBy: "m", branch: "b", database: "d", role: "r" };
  const end = { compute: { minUnits: 1, maxUnits: 1, suspendSeconds: 0 }, expiresAt: "2026-01-01T00:00:00Z" };
  it.each<[string, () => Promise<unknown>]>([
    ["the first rollout", () => projects.create({ ...inputs, name }, context())],
    ["a stack that shares the project", () => existingProjects.create({ name, madeBy: "m" }, context())],
    [
      "the environments of pull requests",
      () => previewsOnNeon({ neon: { project: name } } as never, context().access),
    ],
    [
      "a restore",
      async () =>
        findRestorable(
          await openNeon(access),
          { project: name, environment: "e", branch: "b", database: "d" },
          new Date(),
        ),
    ],
    ["a new test database", () => makeTestDatabase({ ...testDatabase, ...end }, context())],
    ["a test database to delete", () => dropTestDatabase({ project: name, branch: "b" }, context())],
  ])("is not found for a personal key by %s, whose error names the setting", async (_name, act) => {
    await expect(act()).rejects.toThrow(setting);
  });

  it("is not created for a personal key either, where the list was answered", async () => {
    allowsList = true;
    await expect(projects.create({ ...inputs, name: "new" }, context())).rejects.toThrow(setting);
    expect(calls.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });
});

const inputs = {
  region: "aws-eu-central-1",
  postgresVersion: 18,
  historyRetentionSeconds: 0,
  defaultBranch: "production",
};

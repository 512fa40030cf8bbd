import { beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import { textOf } from "@rollout/infra/rollout/ownership/stack-names";
import {
  answerBy,
  begun,
  existing,
  existingService,
  recordOf,
} from "@rollout/infra/rollout/ownership/test-world";
import { testRecords } from "@rollout/infra/rollout/records/test-keys";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { variablesOf } from "../../stacks/settings/declared-variables.ts";
import { kindOf } from "../../stacks/environments.ts";
import { namesInClouds } from "../../stacks/release/names-in-clouds.ts";
import { shop, shopSettings } from "../../stacks/settings/test-application.ts";
import type { Adoption } from "./adoption.ts";
import { lookForAdoption } from "./adoption.ts";

let world: Readonly<Record<string, unknown>> = {};
/** Paths that no token may read. */
let forbidden: readonly string[] = [];
const { access, calls } = useTestApi((call) =>
  forbidden.some((path) => call.url.startsWith(path))
    ? { status: 403, body: { message: "Forbidden" } }
    : answerBy(world, call),
);

const branch = "/projects/p1/branches/br-staging";
const endpoint = {
  ...{ id: "ep-1", type: "read_write", branch_id: "br-staging", host: "127.0.0.1:1", disabled: false },
  ...{ autoscaling_limit_min_cu: 0.25, autoscaling_limit_max_cu: 4, suspend_timeout_seconds: 0 },
};
/** What is read of one thing, beyond what finds it. */
const details: Readonly<Record<string, unknown>> = {
  "/projects/p1": {
    project: {
      ...{ id: "p1", name: "shop", region_id: "aws-eu-central-1", pg_version: 18 },
      history_retention_seconds: 3600,
    },
  },
  [branch]: { branch: { id: "br-staging", name: "staging", project_id: "p1", protected: false } },
  [`${branch}/endpoints`]: { endpoints: [endpoint] },
  "/projects/p1/endpoints/ep-1": { endpoint },
  [`${branch}/roles/shop_staging`]: { role: { name: "shop_staging", protected: false } },
  [`${branch}/roles/shop_staging/reveal_password`]: { password: "as it was" },
  [`${branch}/databases/shop`]: { database: { id: 1, name: "shop", owner_name: "report" } },
  "/projects/p1/connection_uri": { uri: "postgresql://shop_staging:as-it-was@127.0.0.1:1/shop" },
  "/v9/projects/prj_1": { id: "prj_1", nodeVersion: "20.x", autoAssignCustomDomains: true },
  "/repos/o/r/rulesets/1": { id: 1, name: "main", enforcement: "active", rules: [] },
};

beforeEach(() => {
  world = { ...existing, ...details };
  forbidden = [];
  calls.length = 0;
});

async function look(inState: readonly string[] = [], more: object = {}): Promise<Adoption> {
  const settings = shopSettings("staging", {
    neon: {
      project: "shop",
      postgresVersion: 18,
      region: "aws-eu-central-1",
      branch: "staging",
      database: "shop",
      role: "shop_staging",
    },
    fly: { apps: { worker: "shop-worker", mailer: "shop-again" }, imageApp: "shop-images" },
    vercel: { team: "team_1", project: "shop", domain: "shop-staging.vercel.app" },
    github: { owner: "o", repository: "r" },
    ...more,
  });
  const kind = kindOf("staging");
  const names = kind && namesInClouds(kind, settings, { variables: variablesOf(shop, settings) });
  if (!kind || !names) return expect.fail("there is no stack staging");
  const clouds: CloudAccess = {
    ...{ neon: access, vercel: access, github: access, railway: access },
    fly: { ...access, graphqlUrl: access.baseUrl },
  };
  const onGitHub = { owner: "o", repository: "r", environment: "staging", records: testRecords };
  const github = await openGitHub(access);
  return lookForAdoption({ kind, settings, access: clouds, github, onGitHub }, names, inState);
}

describe("what is found for an adoption", () => {
  it("is every resource whose thing exists, with what the next rollout changes of it, having only read", async () => {
    const { missing, changes, foreign } = await look();
    expect(foreign).toEqual([]);
    expect(missing.map(({ name, id }) => `${name} ${id}`)).toEqual([
      "database-project p1",
      "database-branch br-staging",
      "database-endpoint ep-1",
      "database-role br-staging/shop_staging",
      "database-database br-staging/shop",
      "database-connection br-staging/shop_staging@shop",
      "worker-app shop-worker",
      "worker-secrets shop-worker",
      "image-app shop-images",
      "web-project prj_1",
      "web-settings prj_1",
      "web-DATABASE_URL env_1",
      "github-environment r:staging",
      "github-environment-DATABASE_URL_STAGING o/r/staging/DATABASE_URL_STAGING",
      "repository-secrets-FLY_API_TOKEN o/r/FLY_API_TOKEN",
      "branch-rules-main 1",
    ]);
    const ofResource = (name: string): readonly string[] =>
      changes.flatMap(({ resource, what }) => (resource === name ? [what] : []));
    expect(ofResource("database-role")).toEqual([]);
    expect(ofResource("database-endpoint")).toEqual(["maxUnits 4 → 1"]);
    expect(ofResource("database-database")).toEqual(["owner report → shop_staging"]);
    expect(ofResource("worker-secrets")).toContain("STRIPE_KEY stays as it is");
    expect(ofResource("web-settings")).toContain("nodeVersion 20.x → 22.x");
    expect(JSON.stringify({ missing, changes })).not.toContain("as it was");
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  it("includes the role that owns the database also where the branch has no compute, so that its password stays", async () => {
    world = { ...world, [`${branch}/endpoints`]: { endpoints: [] } };
    const { missing, changes } = await look();
    const names = missing.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["database-role", "database-database"]));
    expect(names).not.toContain("database-connection");
    expect(changes.filter(({ what }) => what.includes("password"))).toEqual([]);
  });

  it.each([
    ["a read-write compute", { [`${branch}/endpoints`]: { endpoints: [] } }, ["shop_staging"]],
    ["the database shop", { [`${branch}/databases`]: { databases: [] } }, ["shop_staging"]],
    ["the role shop_staging", {}, []],
  ])(
    "reports a new password of the application's role where the branch lacks %s",
    async (lacks, changed, others) => {
      const roles = [...others, "shop_staging_app"].map((name) => ({ name, protected: false }));
      world = { ...world, ...changed, [`${branch}/roles`]: { roles } };
      const { missing, changes } = await look();
      expect(missing.map(({ name }) => name)).not.toContain("database-application-role");
      expect(changes).toContainEqual({
        resource: "database-application-role",
        what: `shop_staging_app gets a new password, since the branch lacks ${lacks}`,
      });
    },
  );

  it("is nothing more where the state has it all, but for the names that the record lacks", async () => {
    const all = await look();
    const again = await look(all.missing.map(({ name }) => name));
    expect(again.missing).toEqual([]);
    expect(again.changes).toEqual([]);
    expect(again.things.map(textOf)).toEqual(all.things.map(textOf));
  });

  it("lacks an app of another organization, and rulesets that the plan does not have, as the gate does", async () => {
    forbidden = ["/v1/apps/shop-worker", "/repos/o/r/rulesets"];
    const { missing, things } = await look();
    const names = missing.map(({ name }) => name);
    expect(names).toContain("image-app");
    expect(names).not.toContain("worker-app");
    expect(names).not.toContain("branch-rules-main");
    expect(things.map(textOf)).not.toContain("Fly app shop-worker");
  });

  describe("a service on Railway", () => {
    const railway = { project: "p-1", environment: "e-1", services: { worker: "shop-worker-service" } };
    const ofService = ({ changes }: Adoption): readonly string[] =>
      changes.flatMap(({ resource, what }) => (resource === "worker-service" ? [what] : []));

    it("is adopted with the variables that the next rollout replaces", async () => {
      world = { ...world, ...existingService };
      const found = await look([], { railway, workers: { worker: { host: "railway" } } });
      expect(found.missing).toContainEqual({
        ...{ kind: "module", path: "railway/service", name: "worker-service", id: "s-1" },
        inputs: { project: "p-1", environment: "e-1", name: "shop-worker-service" },
      });
      expect(ofService(found)).toEqual([
        "its variables STRIPE_KEY are replaced by the worker's",
        "what runs there is replaced by the worker",
      ]);
      expect(JSON.stringify(found)).not.toContain("sk_other");
    });

    it("loses what runs there where its worker runs on Fly.io", async () => {
      world = { ...world, ...existingService };
      expect(ofService(await look([], { railway }))).toEqual([
        "what runs there is removed, since the worker runs on Fly.io",
      ]);
    });

    it("is nothing where the project lacks it", async () => {
      world = { ...world, "railway project": { services: { edges: [] } } };
      expect((await look([], { railway })).missing.map(({ name }) => name)).not.toContain("worker-service");
    });
  });

  it("cannot be adopted where it belongs to another stack", async () => {
    world = { ...world, ...recordOf("production", begun(["Fly app shop-worker"])) };
    expect((await look()).foreign).toMatchObject([{ name: "shop-worker", belongsTo: "production" }]);
  });

  it("cannot be adopted where it is a variable of several Vercel environments", async () => {
    const envs = [{ id: "env_1", key: "DATABASE_URL", type: "encrypted", target: ["production", "preview"] }];
    world = { ...world, "/v10/projects/prj_1/env": { envs } };
    const { foreign, missing } = await look();
    expect(foreign).toMatchObject([
      {
        name: expect.stringContaining("/preview/DATABASE_URL") as unknown,
        state: "set for production and preview together",
      },
    ]);
    expect(missing.map(({ name }) => name)).not.toContain("web-DATABASE_URL");
  });

  it("cannot be adopted once the stack was rolled out with other names", async () => {
    const { foreign, missing } = await look(["gate"]);
    expect(foreign.map(textOf)).toContain("Neon branch shop/staging");
    expect(missing).toEqual([]);
  });
});

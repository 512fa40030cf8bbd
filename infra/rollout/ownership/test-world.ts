import type { TestAnswer, TestCall } from "../../shared/test-api.ts";
import { asCommits, signedLinks } from "../records/test-keys.ts";
import type { StackNames } from "./stack-names.ts";

/** The names of a stack that makes what all environments share. */
export const stagingNames: StackNames = {
  stack: "staging",
  neon: { project: "shop", branch: "staging", database: "shop", roles: ["shop_staging", "shop_staging_app"] },
  fly: { apps: ["shop-worker"], secrets: ["DATABASE_URL"], imageApp: "shop-images" },
  vercel: {
    team: "team_1",
    project: "shop",
    target: "preview",
    variables: ["DATABASE_URL"],
    domain: "shop-staging.vercel.app",
  },
  github: {
    environment: "staging",
    environmentSecrets: ["DATABASE_URL_STAGING"],
    secrets: ["FLY_API_TOKEN"],
    rulesets: ["main"],
  },
  makesShared: true,
  otherEnvironments: ["production"],
};

/** Those of one that uses it. */
export const productionNames: StackNames = {
  ...stagingNames,
  stack: "prod",
  neon: { ...stagingNames.neon, branch: "production", roles: ["shop_prod", "shop_prod_app"] },
  fly: { apps: ["shop-worker-prod"], secrets: ["DATABASE_URL"] },
  vercel: { ...stagingNames.vercel, target: "production", domain: "shop.vercel.app" },
  github: {
    environment: "production",
    environmentSecrets: ["DATABASE_URL_PROD"],
    secrets: [],
    rulesets: [],
  },
  makesShared: false,
  otherEnvironments: ["staging"],
};

const branchOf = (name: string, isDefault: boolean): object => ({
  id: `br-${name}`,
  project_id: "p1",
  name,
  default: isDefault,
  protected: false,
});

/** What a team had before it heard of this program, by path. */
export const existing: Readonly<Record<string, unknown>> = {
  "/projects": { projects: [{ id: "p1", name: "shop", region_id: "aws-eu-central-1", pg_version: 18 }] },
  "/projects/p1/branches": { branches: [branchOf("staging", false), branchOf("production", true)] },
  "/projects/p1/branches/br-staging/roles": {
    roles: [
      { name: "shop_staging", protected: false },
      { name: "report", protected: false },
      { name: "neon_superuser", protected: true },
    ],
  },
  "/projects/p1/branches/br-staging/databases": {
    databases: [{ id: 1, name: "shop", owner_name: "report" }],
  },
  "/projects/p1/branches/br-production/roles": { roles: [{ name: "neondb_owner", protected: false }] },
  "/projects/p1/branches/br-production/databases": {
    databases: [{ id: 2, name: "neondb", owner_name: "neondb_owner" }],
  },
  "/v1/apps/shop-worker": { name: "shop-worker" },
  "/v1/apps/shop-worker/secrets": {
    secrets: [
      { name: "STRIPE_KEY", digest: "1" },
      { name: "DATABASE_URL", digest: "2" },
    ],
  },
  "/v1/apps/shop-worker/machines": [{ id: "m1", state: "started", region: "fra" }],
  "/v1/apps/shop-images": { name: "shop-images" },
  "/v9/projects/shop": { id: "prj_1" },
  "/v10/projects/prj_1/env": {
    envs: [
      { id: "env_1", key: "DATABASE_URL", type: "sensitive", target: ["preview"] },
      { id: "env_2", key: "DATABASE_URL", type: "sensitive", target: ["production"], gitBranch: null },
    ],
  },
  "/v4/aliases/shop-staging.vercel.app": { deploymentId: "dpl_1", projectId: "prj_2" },
  "/v4/aliases/shop.vercel.app": { deploymentId: "dpl_2", projectId: "prj_1" },
  "/repos/o/r/environments/staging": { name: "staging", protection_rules: [{ id: 1, type: "wait_timer" }] },
  "/repos/o/r/environments/production": { name: "production", protection_rules: [] },
  "/repos/o/r/environments/staging/secrets/DATABASE_URL_STAGING": {
    name: "DATABASE_URL_STAGING",
    updated_at: "2026-01-01T00:00:00Z",
  },
  "/repos/o/r/actions/secrets/FLY_API_TOKEN": { name: "FLY_API_TOKEN", updated_at: "2026-01-01T00:00:00Z" },
  "/repos/o/r/rulesets": [{ id: 1, name: "main", enforcement: "active" }],
};

/** The record of an environment, by path: its entries, oldest first. */
export function recordOf(
  environment: "staging" | "production",
  ...entries: readonly object[]
): Record<string, unknown> {
  const sha = `head-${environment}`;
  return {
    [`/repos/o/r/git/ref/heads%2Frollouts%2F${environment}%2Frecord`]: { object: { sha } },
    [`/repos/o/r/commits?${sha}`]: asCommits(signedLinks(entries, environment)),
  };
}

const source = { source: "s", commit: "c" };
const worker = { ...source, image: "i", config: "c" };

/** The entry of an attempt that may make what it names. */
export function begun(names?: readonly string[]): object {
  return {
    ...{
      schema: 2,
      kind: "begun",
      attempt: 1,
      at: "2026-01-01T00:00:00Z",
      by: "u@m",
      environment: "staging",
    },
    ...{ release: "r", commit: "c", checks: [], settings: "s", deployment: 1, previous: "" },
    composition: {
      ...{ web: source, workers: { worker, mailer: worker }, variables: { web: {}, workers: {} } },
      migrations: { digest: "d", names: [] },
    },
    ...(names ? { names } : {}),
  };
}

export function adopted(...names: readonly string[]): object {
  return {
    schema: 2,
    kind: "adopted",
    attempt: 0,
    at: "2026-01-01T00:00:00Z",
    by: "u@m",
    names,
    previous: "",
  };
}

/** What Railway's project has: a service with a deployment and one variable, by the names of the queries. */
export const existingService: Readonly<Record<string, unknown>> = {
  "railway project": { services: { edges: [{ node: { id: "s-1", name: "shop-worker-service" } }] } },
  "railway service": { id: "s-1", name: "shop-worker-service" },
  "railway serviceInstance": {
    source: { image: "registry.example/other:1" },
    activeDeployments: [{ id: "d-1", status: "SUCCESS", createdAt: "2026-01-01T00:00:00Z", instances: [] }],
  },
  "railway variables": { STRIPE_KEY: "sk_other", RAILWAY_SERVICE_NAME: "shop-worker-service" },
};

/** Answers a read by the table, and refuses every write. */
export function answerBy(
  world: Readonly<Record<string, unknown>>,
  { method, url, body: sent }: TestCall,
): TestAnswer {
  if (url === "/graphql/v2") return railwayBy(world, sent as { readonly query: string });
  if (method !== "GET") return { status: 500, body: { message: "nothing may be written" } };
  const { pathname, searchParams } = new URL(url, "http://here");
  const path = searchParams.has("sha") ? `${pathname}?${searchParams.get("sha") ?? ""}` : pathname;
  const body = world[path];
  return body === undefined ? { status: 404, body: { message: "Not Found" } } : { status: 200, body };
}

function railwayBy(
  world: Readonly<Record<string, unknown>>,
  { query }: { readonly query: string },
): TestAnswer {
  if (query.startsWith("mutation")) return { status: 500, body: { message: "nothing may be written" } };
  const value = world[`railway ${/\)\s*\{\s*(\w+)/.exec(query)?.[1] ?? ""}`];
  return {
    status: 200,
    body: value === undefined ? { data: null, errors: [{ message: "not found" }] } : { data: { value } },
  };
}

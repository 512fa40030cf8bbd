import sodium from "libsodium-wrappers";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a user made through the vendors' APIs alone, under the names of the settings of staging. */
export interface ManualWorld {
  readonly neonProject: string;
  readonly neonBranch: string;
  readonly vercelProject: string;
  /** The owner's address of the database. */
  readonly databaseUrl: string;
}

const worker = "/v1/apps/atlaris-worker-staging";
const repository = "/repos/atlaris/atlaris";
const environment = `${repository}/environments/staging`;
const team = "?teamId=team_atlaris";

export async function makeManualWorld(sandbox: Sandbox): Promise<ManualWorld> {
  await makeApps(sandbox);
  await makeRepositoryThings(sandbox);
  return { ...(await makeDatabase(sandbox)), vercelProject: await makeWebProject(sandbox) };
}

async function makeDatabase(sandbox: Sandbox): Promise<Omit<ManualWorld, "vercelProject">> {
  const neon = <T>(method: string, path: string, body?: object): Promise<T> =>
    callCloud<T>(sandbox, "neon", method, `/api/v2/projects${path}`, body);
  const { project, branch } = await neon<{ project: { id: string }; branch: { id: string } }>("POST", "", {
    project: { name: "atlaris", region_id: "aws-eu-central-1", pg_version: 18, branch: { name: "main" } },
  });
  const made = await neon<{ branch: { id: string } }>("POST", `/${project.id}/branches`, {
    branch: { name: "staging", parent_id: branch.id },
    endpoints: [{ type: "read_write" }],
  });
  const place = `/${project.id}/branches/${made.branch.id}`;
  await neon("POST", `${place}/roles`, { role: { name: "atlaris_staging" } });
  await neon("POST", `${place}/databases`, {
    database: { name: "atlaris", owner_name: "atlaris_staging" },
  });
  const login = `branch_id=${made.branch.id}&database_name=atlaris&role_name=atlaris_staging`;
  const { uri } = await neon<{ uri: string }>("GET", `/${project.id}/connection_uri?${login}`);
  await query(uri, "CREATE TABLE guests (name text)");
  await query(uri, "INSERT INTO guests VALUES ('Ada')");
  return { neonProject: project.id, neonBranch: made.branch.id, databaseUrl: uri };
}

async function makeApps(sandbox: Sandbox): Promise<void> {
  const fly = (path: string, body: object): Promise<unknown> => callCloud(sandbox, "fly", "POST", path, body);
  for (const app of ["atlaris-worker-staging", "atlaris-worker-regenerator-staging", "atlaris-images"])
    await fly("/v1/apps", { name: app, org_slug: "personal" });
  await fly(`${worker}/secrets`, { values: { STRIPE_KEY: "of the shop", DATABASE_URL: "of before" } });
}

async function makeWebProject(sandbox: Sandbox): Promise<string> {
  const vercel = <T>(path: string, body: object): Promise<T> =>
    callCloud<T>(sandbox, "vercel", "POST", `${path}${team}`, body);
  const { id } = await vercel<{ id: string }>("/v11/projects", { name: "atlaris" });
  for (const key of ["DATABASE_URL", "API_KEYS", "FEATURE_FLAGS", "ANALYTICS_ID"])
    await vercel(`/v10/projects/${id}/env`, {
      ...{ key, value: "of before", type: "sensitive", target: ["preview"] },
    });
  return id;
}

async function makeRepositoryThings(sandbox: Sandbox): Promise<void> {
  const github = <T>(method: string, path: string, body?: object): Promise<T> =>
    callCloud<T>(sandbox, "github", method, path, body);
  await github("PUT", environment, {
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  await github("POST", `${environment}/deployment-branch-policies`, { name: "main" });
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const seal = async (place: string, name: string): Promise<void> => {
    const { key, key_id } = await github<{ key: string; key_id: string }>("GET", `${place}/public-key`);
    const sealed = sodium.crypto_box_seal("of before", sodium.from_base64(key, ORIGINAL));
    await github("PUT", `${place}/${name}`, {
      encrypted_value: sodium.to_base64(sealed, ORIGINAL),
      key_id,
    });
  };
  for (const name of ["DATABASE_URL_STAGING", "SMOKE_TEST_API_KEY"])
    await seal(`${environment}/secrets`, name);
  for (const name of ["FLY_API_TOKEN", "VERCEL_TOKEN", "VERCEL_ORG_ID", "VERCEL_PROJECT_ID"])
    await seal(`${repository}/actions/secrets`, name);
  for (const name of ["main", "prod"])
    await github("POST", `${repository}/rulesets`, {
      ...{ name, target: "branch", enforcement: "active", rules: [{ type: "deletion" }] },
      conditions: { ref_name: { include: [`refs/heads/${name}`], exclude: [] } },
    });
}

/** What the users of these things have of them. */
export async function seeManualWorld(sandbox: Sandbox, world: ManualWorld): Promise<unknown> {
  const { neonProject, neonBranch, vercelProject, databaseUrl } = world;
  const { secrets } = await callCloud<{ secrets: { name: string; digest: string }[] }>(
    sandbox,
    ...(["fly", "GET", `${worker}/secrets`] as const),
  );
  const { envs } = await callCloud<{ envs: { id: string; key: string; updatedAt: number }[] }>(
    sandbox,
    ...(["vercel", "GET", `/v9/projects/${vercelProject}/env${team}`] as const),
  );
  const { password } = await callCloud<{ password: string }>(
    sandbox,
    ...(["neon", "GET"] as const),
    `/api/v2/projects/${neonProject}/branches/${neonBranch}/roles/atlaris_staging/reveal_password`,
  );
  const ofShop = secrets.find(({ name }) => name === "STRIPE_KEY");
  const ofAnalytics = envs.find(({ key }) => key === "ANALYTICS_ID");
  return {
    guests: await query(databaseUrl, "SELECT name FROM guests"),
    password,
    stripeKey: ofShop?.digest,
    analyticsId: `${ofAnalytics?.id ?? ""} of ${String(ofAnalytics?.updatedAt)}`,
  };
}

/** What a rollout has to set, since it cannot be read; and what it takes for its own. */
export async function seeValues(sandbox: Sandbox, { vercelProject }: ManualWorld): Promise<unknown> {
  const { secrets } = await callCloud<{ secrets: { name: string; digest: string }[] }>(
    sandbox,
    ...(["fly", "GET", `${worker}/secrets`] as const),
  );
  const variables = await callCloud<{ envs: { id: string }[] }>(
    sandbox,
    ...(["vercel", "GET", `/v9/projects/${vercelProject}/env${team}`] as const),
  );
  const github = (path: string): Promise<unknown> => callCloud(sandbox, "github", "GET", path);
  return {
    secrets,
    variables: variables.envs.map(({ id }) => id),
    environment: await github(environment),
    ofRepository: await github(`${repository}/actions/secrets`),
    rulesets: await github(`${repository}/rulesets`),
  };
}

/**
 * The steps of a first rollout as a plain script, one after another: what one would write without an engine. It knows
 * no state, so it can neither be run again, nor show what it would do, nor roll back. Prints, as one line of JSON, the
 * seconds of each step.
 *
 *     bin/sandbox node --require tsx/cjs bench/plain-rollout.ts SETTINGS.yaml
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { ProviderContext, ProviderModule } from "@rollout/infra/dynamic/provider-module";
import { provider as app } from "@rollout/infra/fly/providers/app";
import { provider as appSecrets } from "@rollout/infra/fly/providers/app-secrets";
import { provider as flyDeployment } from "@rollout/infra/fly/providers/deployment";
import { provider as image } from "@rollout/infra/fly/providers/image";
import { openGitHub } from "@rollout/infra/github/client";
import { provider as githubSecret } from "@rollout/infra/github/providers/secret";
import { provider as applicationRole } from "@rollout/infra/neon/providers/application-role";
import { provider as branch } from "@rollout/infra/neon/providers/branch";
import { provider as connection } from "@rollout/infra/neon/providers/connection";
import { provider as database } from "@rollout/infra/neon/providers/database";
import { provider as endpoint } from "@rollout/infra/neon/providers/endpoint";
import { provider as project } from "@rollout/infra/neon/providers/project";
import { provider as role } from "@rollout/infra/neon/providers/role";
import { provider as apiKey } from "@rollout/infra/rollout/providers/api-key";
import { provider as attempt } from "@rollout/infra/rollout/providers/attempt";
import { provider as backup } from "@rollout/infra/rollout/providers/backup";
import { provider as gate } from "@rollout/infra/rollout/providers/gate";
import { provider as smoke } from "@rollout/infra/rollout/providers/smoke";
import { provider as status } from "@rollout/infra/rollout/providers/status";
import { digest } from "@rollout/infra/shared/digest";
import { provider as webDeployment } from "@rollout/infra/vercel/providers/deployment";
import { provider as live } from "@rollout/infra/vercel/providers/live";
import { provider as projectSettings } from "@rollout/infra/vercel/providers/project-settings";
import { provider as variable } from "@rollout/infra/vercel/providers/variable";
import { readArtifacts } from "../stacks/release/artifacts.ts";
import { checksOf } from "../stacks/release/candidate.ts";
import { readRelease } from "../stacks/release/release.ts";
import { application } from "../rollout.config.ts";
import { smokeCommand, webBuild } from "../stacks/settings/application-commands.ts";
import { variablesOf } from "../stacks/settings/declared-variables.ts";
import { workersOf } from "../stacks/settings/workers.ts";
import { readSettings } from "./read-settings.ts";

const environment = "staging";
const context: ProviderContext = { access: readCloudAccess(process.env), note: () => undefined };
const seconds: Record<string, number> = {};

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  seconds[name] = (performance.now() - started) / 1000;
  return result;
}

async function make<Inputs extends object, Outputs extends Inputs>(
  name: string,
  provider: ProviderModule<Inputs, Outputs>,
  inputs: Inputs,
): Promise<Outputs> {
  return timed(name, async () => (await provider.create(inputs, context)).outputs);
}

async function main(file: string): Promise<void> {
  const settings = readSettings(file);
  const repository = { owner: settings.github.owner, repository: settings.github.repository };
  const { team } = settings.vercel;
  const release = readRelease(process.cwd());
  const artifacts = await readArtifacts(process.cwd(), application);
  const { commit } = release;
  const target = { ...repository, environment, commit };

  await make("gate", gate, { ...target, ...checksOf(settings.github) });
  const { deploymentId } = await make("attempt", attempt, {
    ...target,
    release: release.name,
    artifacts: artifacts.sources,
    migrations: artifacts.migrations,
    settings: digest(settings),
  });

  const { projectId, defaultBranchId } = await make("database", project, {
    name: settings.neon.project,
    region: settings.neon.region,
    postgresVersion: settings.neon.postgresVersion,
    historyRetentionSeconds: settings.neon.historyRetentionHours * 3600,
    defaultBranch: "production",
  });
  const { branchId } = await make("database branch", branch, {
    projectId,
    parentId: defaultBranchId,
    name: settings.neon.branch,
    isProtected: settings.neon.isProtected,
  });
  const place = { projectId, branchId };
  const { endpointId } = await make("database compute", endpoint, { ...place, ...settings.neon.compute });
  const { role: roleName, database: databaseName, passwordVersion } = settings.neon;
  const { password } = await make("database role", role, { ...place, name: roleName, passwordVersion });
  const { databaseId } = await make("database itself", database, {
    ...place,
    name: databaseName,
    owner: roleName,
  });
  const { directUrl } = await make("database address", connection, {
    ...place,
    endpointId,
    database: databaseName,
    role: roleName,
    password,
  });
  const applicationDatabase = await make("application's database role", applicationRole, {
    ...place,
    endpointId,
    database: databaseName,
    databaseId: databaseId ?? 0,
    owner: roleName,
    name: `${roleName}_app`,
    passwordVersion: "1",
    schemas: application.database.schemas,
  });
  const { key } = await make("smoke test key", apiKey, { version: "1" });

  const workers = workersOf(settings);
  for (const { app: name } of workers)
    await make(`app ${name}`, app, { name, organization: settings.fly.organization });
  const { reference } = await make("worker image", image, {
    app: workers[0].app,
    config: "fly.staging.worker.toml",
    dockerfile: "Dockerfile.worker",
    label: `content-${digest(artifacts.sources).slice(0, 16)}`,
    waitSeconds: 900,
  });

  const webSource = artifacts.sources["web"] ?? "";
  const webProjectId = await timed("web project", () => createWebProject(settings.vercel.project, team));
  const web = { projectId: webProjectId, team };
  await make("web project's settings", projectSettings, {
    ...web,
    nodeVersion: "22.x",
    autoAssignCustomDomains: false,
    gitDeployments: false,
    deploymentProtection: settings.vercel.deploymentProtection,
  });
  const variables = { DATABASE_URL: applicationDatabase.pooledUrl, API_KEYS: key };
  for (const [name, value] of Object.entries(variables))
    await make(`web variable ${name}`, variable, { ...web, key: name, value, target: "preview" as const });
  const { waitSeconds } = settings.vercel;
  const deployed = await make("web build", webDeployment, {
    ...web,
    projectName: settings.vercel.project,
    build: webBuild(application),
    sourceDigest: webSource,
    variablesDigest: digest(variables),
    waitSeconds,
  });

  await make("backup", backup, {
    ...place,
    environment,
    migrations: artifacts.migrations.digest,
    ...settings.neon.backups,
  });
  await timed("migration", async () => {
    execFileSync("npm", ["run", "--silent", "db:migrate"], {
      env: { ...process.env, DATABASE_URL: directUrl },
    });
  });

  const machines: Record<string, string> = {};
  for (const { name: part, app: name } of workers) {
    const { version } = await make(`secrets of ${name}`, appSecrets, {
      app: name,
      values: {
        DATABASE_URL: applicationDatabase.directUrl,
        OPENAI_API_KEY: process.env["OPENAI_API_KEY"] ?? "",
        ...variablesOf(application, settings).workers,
      },
    });
    const config = `fly.staging.${part}.toml`;
    const made = await make(`deployment of ${name}`, flyDeployment, {
      app: name,
      config,
      configDigest: digest(readFileSync(config, "utf8")),
      image: reference,
      sourceDigest: artifacts.sources[part] ?? "",
      secretsVersion: version,
      strategy: settings.fly.strategy,
      waitSeconds: settings.fly.waitSeconds,
    });
    machines[part] = String(made.machines);
  }

  const { url, assignedAt } = await make("web live", live, {
    team,
    domain: settings.vercel.domain,
    deploymentId: deployed.deploymentId,
    healthPath: application.web.healthPath,
    sourceDigest: webSource,
    protectionBypass: "",
    waitSeconds,
  });
  const { proof } = await make("smoke test", smoke, {
    ...smokeCommand(application, undefined),
    apiUrl: url,
    databaseUrl: applicationDatabase.directUrl,
    apiKey: key,
    protectionBypass: "",
    live: { web: deployed.deploymentId, webSince: assignedAt, ...machines },
  });

  await timed("github environment", async () => {
    const { rest } = await openGitHub(context.access.github);
    const { owner, repository: repo } = repository;
    const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true };
    const environment_name = environment;
    await rest.repos.createOrUpdateEnvironment({ owner, repo, environment_name, deployment_branch_policy });
    for (const name of settings.github.environment.branches)
      await rest.repos.createDeploymentBranchPolicy({ owner, repo, environment_name, name });
  });
  const secrets = {
    FLY_API_TOKEN: context.access.fly.token,
    VERCEL_TOKEN: context.access.vercel.token,
    VERCEL_ORG_ID: team,
    VERCEL_PROJECT_ID: webProjectId,
  };
  for (const [name, value] of Object.entries(secrets))
    await make(`github secret ${name}`, githubSecret, { ...repository, name, value });
  for (const [name, value] of Object.entries({ DATABASE_URL_STAGING: directUrl, SMOKE_TEST_API_KEY: key }))
    await make(`github secret ${name}`, githubSecret, { ...repository, environment, name, value });
  await make("status", status, { ...target, deploymentId, webUrl: url, proof });
}

/** The stack leaves this one to the provider plugin, so there is no module of ours for it. */
async function createWebProject(name: string, team: string): Promise<string> {
  const { baseUrl, token } = context.access.vercel;
  const answer = await fetch(`${baseUrl}/v10/projects?teamId=${team}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Error(`vercel answered ${String(answer.status)}: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

main(process.argv[2] ?? "").then(
  () => process.stdout.write(`${JSON.stringify(seconds)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);

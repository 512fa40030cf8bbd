import * as pulumi from "@pulumi/pulumi";
import { EnvironmentDatabase } from "@atlaris/infra/neon/environment-database";
import { App } from "@atlaris/infra/fly/resources";
import { Worker } from "@atlaris/infra/fly/worker";
import { WorkerImage } from "@atlaris/infra/fly/worker-image";
import { BranchRules } from "@atlaris/infra/github/branch-rules";
import { DeploymentEnvironment } from "@atlaris/infra/github/deployment-environment";
import { githubProvider } from "@atlaris/infra/github/provider";
import { RepositorySecrets } from "@atlaris/infra/github/repository-secrets";
import { putBehind } from "@atlaris/infra/rollout/behind-attempt";
import { failureNotice, failureReport } from "@atlaris/infra/rollout/failure-report";
import { Migration } from "@atlaris/infra/rollout/migration";
import { ApiKey, Attempt, Backup, Gate, Smoke, Status } from "@atlaris/infra/rollout/resources";
import { digest } from "@atlaris/infra/shared/digest";
import { Deployment, Live } from "@atlaris/infra/vercel/resources";
import { WebProject } from "@atlaris/infra/vercel/web-project";
import type { Artifacts } from "./artifacts.ts";
import { candidateOf, imageContents } from "./candidate.ts";
import type { EnvironmentKind } from "./environments.ts";
import { madeByStaging } from "./environments.ts";
import { featureFlags, flagsVariable } from "./feature-flags.ts";
import { protectFromDestroy } from "./protect-from-destroy.ts";
import type { Release } from "./release.ts";
import type { Outside } from "./settings.ts";
import type { Settings } from "./settings-schema.ts";

export interface EnvironmentArgs {
  readonly outside: Outside;
  readonly release: Release;
  readonly artifacts: Artifacts;
  readonly kind: EnvironmentKind;
  /** Id of the Vercel project, where it is there already. */
  readonly webProjectId: string | undefined;
}

/** Longest time that migrations of one release may take, in seconds. */
const migrationLimit = 600;
/** Longest time that an image may be built, in seconds. */
const imageLimit = 900;

/**
 * One environment, in the order of its rollout:
 * gate → image, web build, backup → migration → workers, healthy → web live → smoke test → status.
 */
export function declareEnvironment(args: EnvironmentArgs): Record<string, pulumi.Input<unknown>> {
  const { kind, release, artifacts, outside } = args;
  const { environment, configs, target, databaseSecret, makesShared } = kind;
  const { settings, access, aiApiKey } = outside;
  const repository = { owner: settings.github.owner, repository: settings.github.repository };
  const { commit } = release;

  const flags = featureFlags(settings.flags);

  const notice = failureNotice();
  const secrets = pulumi.secret(pulumi.all({ aiApiKey, ...outside.workerSecrets }).apply(digest));
  const gate = new Gate(
    "gate",
    { ...candidateOf({ kind, settings, release, artifacts }), secrets },
    { hooks: { onError: [notice] } },
  );
  const attempt = new Attempt(
    "attempt",
    {
      ...repository,
      environment,
      commit,
      release: release.name,
      artifacts: artifacts.sources,
      migrations: artifacts.migrations,
      settings: digest(settings),
      secrets,
      ...(kind.pullRequest === undefined ? {} : { isTransient: true }),
    },
    { dependsOn: gate, hooks: { onError: [notice] } },
  );
  if (kind.keepsData) protectFromDestroy();
  putBehind(attempt, [notice, failureReport({ ...repository, access: access.github, environment, commit })]);

  const database = new EnvironmentDatabase("database", {
    ...settings.neon,
    keep: kind.keepsData,
    projectMadeBy: makesShared ? undefined : madeByStaging,
  });
  const smokeKey = new ApiKey("smoke-key", { version: settings.smoke.keyVersion });
  const workerApp = new App("worker-app", {
    name: settings.fly.apps.worker,
    organization: settings.fly.organization,
  });
  const regeneratorApp = new App("regenerator-app", {
    name: settings.fly.apps.regenerator,
    organization: settings.fly.organization,
  });
  const webProject = new WebProject("web", {
    ...settings.vercel,
    existingProjectId: args.webProjectId,
    target,
    ...(settings.vercel.gitBranch === undefined
      ? {}
      : { preview: { environment, gitBranch: settings.vercel.gitBranch } }),
    variables: {
      DATABASE_URL: database.applicationPooledUrl,
      API_KEYS: smokeKey.key,
      [flagsVariable]: flags.web,
    },
  });

  const { imageApp, ...contents } = imageContents({ settings, artifacts });
  const image = new WorkerImage("worker-image", {
    app: imageAppName(imageApp, workerApp, settings, makesShared),
    config: `fly.${configs}.worker.toml`,
    ...contents,
    builtBy: kind.provenOn && `bin/rollout up --stack ${kind.provenOn.stack}`,
    waitSeconds: imageLimit,
  });
  const webDeployment = new Deployment(
    "web-deployment",
    {
      projectId: webProject.projectId,
      projectName: settings.vercel.project,
      team: settings.vercel.team,
      target,
      sourceDigest: artifacts.sources.web,
      variablesDigest: webProject.variablesDigest,
      ...(settings.vercel.gitBranch === undefined
        ? {}
        : { environment, gitBranch: settings.vercel.gitBranch }),
      waitSeconds: settings.vercel.waitSeconds,
    },
    { dependsOn: [...webProject.ready] },
  );
  // Nobody restores a preview, and a branch that expires can have no children.
  const backups =
    kind.pullRequest === undefined
      ? [
          new Backup("backup", {
            projectId: database.projectId,
            branchId: database.branchId,
            environment,
            migrations: artifacts.migrations.digest,
            ...settings.neon.backups,
          }),
        ]
      : [];
  const migration = new Migration(
    "migration",
    {
      databaseUrl: database.directUrl,
      branchId: database.branchId,
      databaseId: database.databaseId,
      migrations: artifacts.migrations.digest,
      waitSeconds: migrationLimit,
    },
    { dependsOn: [...backups, database.applicationRole] },
  );

  const workerSettings = {
    image: image.reference,
    strategy: settings.fly.strategy,
    waitSeconds: settings.fly.waitSeconds,
    secrets: {
      DATABASE_URL: database.applicationUrl,
      OPENAI_API_KEY: aiApiKey,
      OPENAI_BASE_URL: settings.ai.baseUrl,
      OPENAI_MODEL: settings.ai.model,
      [flagsVariable]: flags.workers,
      ...outside.workerSecrets,
    },
  };
  // Nothing that is live changes before everything that can fail beforehand has succeeded.
  const prepared = { deployAfter: [migration, webDeployment] };
  const worker = new Worker(
    "worker",
    {
      ...workerSettings,
      app: workerApp,
      config: `fly.${configs}.worker.toml`,
      machines: settings.fly.machines.worker,
      sourceDigest: artifacts.sources.worker,
    },
    prepared,
  );
  const regenerator = new Worker(
    "regenerator",
    {
      ...workerSettings,
      app: regeneratorApp,
      config: `fly.${configs}.regenerator.toml`,
      machines: settings.fly.machines.regenerator,
      sourceDigest: artifacts.sources.regenerator,
    },
    prepared,
  );

  const live = new Live(
    "web-live",
    {
      team: settings.vercel.team,
      domain: settings.vercel.domain,
      ...(target === "production" ? { promoteIn: webProject.projectId } : {}),
      deploymentId: webDeployment.deploymentId,
      sourceDigest: artifacts.sources.web,
      protectionBypass: webProject.protectionBypass,
      waitSeconds: settings.vercel.waitSeconds,
    },
    { dependsOn: [worker.deployment, regenerator.deployment] },
  );
  const smoke = new Smoke("smoke", {
    apiUrl: live.url,
    databaseUrl: database.applicationUrl,
    apiKey: smokeKey.key,
    protectionBypass: webProject.protectionBypass,
    isRequired: settings.smoke.isRequired,
    live: {
      web: live.deploymentId,
      webSince: live.assignedAt,
      worker: worker.deployment.sourceDigest,
      workerMachines: worker.deployment.machines.apply(String),
      regenerator: regenerator.deployment.sourceDigest,
      regeneratorMachines: regenerator.deployment.machines.apply(String),
      migrations: artifacts.migrations.digest,
    },
  });
  const githubEnvironment =
    databaseSecret === undefined
      ? []
      : [
          new DeploymentEnvironment("github-environment", {
            ...repository,
            ...settings.github.environment,
            environment,
            provider: githubProvider("github", settings.github.owner),
            secrets: { [databaseSecret]: database.directUrl, SMOKE_TEST_API_KEY: smokeKey.key },
          }),
        ];
  const shared = makesShared
    ? [
        new RepositorySecrets("repository-secrets", {
          ...repository,
          secrets: {
            FLY_API_TOKEN: pulumi.secret(access.fly.token),
            VERCEL_TOKEN: pulumi.secret(access.vercel.token),
            VERCEL_ORG_ID: settings.vercel.team,
            VERCEL_PROJECT_ID: webProject.projectId,
          },
        }),
        new BranchRules("branch-rules", {
          ...repository,
          ...settings.github.branchRules,
          requiredChecks: settings.github.requiredChecks,
        }),
      ]
    : [];
  new Status(
    "status",
    {
      ...repository,
      environment,
      commit,
      deploymentId: attempt.deploymentId,
      webUrl: live.url,
      proof: smoke.proof,
      image: image.receipt,
    },
    { dependsOn: [...shared, ...githubEnvironment] },
  );

  return {
    webUrl: live.url,
    release: release.name,
    workers: {
      [settings.fly.apps.worker]: { image: worker.deployment.image, machines: worker.deployment.machines },
      [settings.fly.apps.regenerator]: {
        image: regenerator.deployment.image,
        machines: regenerator.deployment.machines,
      },
    },
    smoke: smoke.proof,
    databaseUrl: pulumi.secret(database.directUrl),
    applicationDatabaseUrl: pulumi.secret(database.applicationUrl),
    smokeApiKey: pulumi.secret(smokeKey.key),
  };
}

/** The app whose registry has the image: the worker's own, or one of all environments that outlives each of them. */
function imageAppName(
  name: string,
  workerApp: App,
  { fly }: Settings,
  makesShared: boolean,
): pulumi.Input<string> {
  if (name === fly.apps.worker) return workerApp.name;
  if (!makesShared) return name;
  return new App("image-app", { name, organization: fly.organization }, { retainOnDelete: true }).name;
}

import * as pulumi from "@pulumi/pulumi";
import { EnvironmentDatabase } from "@atlaris/infra/neon/environment-database";
import { App } from "@atlaris/infra/fly/resources";
import { Worker } from "@atlaris/infra/fly/worker";
import { imageLabel } from "@atlaris/infra/fly/image-reference";
import { WorkerImage } from "@atlaris/infra/fly/worker-image";
import { BranchRules } from "@atlaris/infra/github/branch-rules";
import { DeploymentEnvironment } from "@atlaris/infra/github/deployment-environment";
import { githubProvider } from "@atlaris/infra/github/provider";
import { RepositorySecrets } from "@atlaris/infra/github/repository-secrets";
import { putBehind } from "@atlaris/infra/rollout/behind-attempt";
import { failureNotice, failureReport } from "@atlaris/infra/rollout/failure-report";
import { Migration } from "@atlaris/infra/rollout/migration";
import type { Composition } from "@atlaris/infra/rollout/records/entry";
import { ApiKey, Attempt, Backup, Gate, Rehearsal, Smoke, Status } from "@atlaris/infra/rollout/resources";
import { digest } from "@atlaris/infra/shared/digest";
import { Deployment, Live } from "@atlaris/infra/vercel/resources";
import { WebProject } from "@atlaris/infra/vercel/web-project";
import type { Artifacts } from "./artifacts.ts";
import { candidateOf, migrationsFolder, settingsDigest } from "./candidate.ts";
import { compositionOf, configOf, dockerfile, imageAppOf } from "./composition.ts";
import type { EnvironmentKind } from "./environments.ts";
import { madeByStaging } from "./environments.ts";
import { protectFromDestroy } from "./protect-from-destroy.ts";
import type { Release } from "./release.ts";
import type { Outside } from "./settings.ts";
import type { Settings } from "./settings-schema.ts";

/** What is to run. */
export interface ReleaseToRun {
  readonly name: string;
  readonly commit: string;
  readonly composition: Composition;
  /** The attempt whose release it is; absent of the checkout's own. */
  readonly returnsTo?: number;
}

export interface EnvironmentArgs {
  readonly outside: Outside;
  readonly checkout: Release;
  readonly release: ReleaseToRun;
  readonly artifacts: Artifacts;
  readonly kind: EnvironmentKind;
  /** Id of the Vercel project, where it is there already. */
  readonly webProjectId: string | undefined;
}

/** Longest time that migrations of one release may take, in seconds. */
const migrationLimit = 600;
/** Longest time that a rehearsal of them may take with both releases, in seconds. */
const rehearsalLimit = 900;
/** Longest time that an image may be built, in seconds. */
const imageLimit = 900;

/**
 * One environment, in the order of its rollout:
 * gate → image, web build, backup → rehearsal → migration → workers, healthy → web live → smoke test → status.
 */
export function declareEnvironment(args: EnvironmentArgs): Record<string, pulumi.Input<unknown>> {
  const { kind, checkout, release, artifacts, outside } = args;
  const { environment, target, databaseSecret, makesShared } = kind;
  const { settings, access, aiApiKey } = outside;
  const repository = { owner: settings.github.owner, repository: settings.github.repository };
  const { commit, composition, returnsTo } = release;
  const { variables } = composition;
  // What an earlier release brought for the database is there already, and what came after it stays.
  const isReturn = returnsTo !== undefined;
  const asItWas = (...ignoreChanges: string[]) => (isReturn ? { ignoreChanges } : {});

  const notice = failureNotice();
  const secrets = pulumi.secret(pulumi.all({ aiApiKey, ...outside.workerSecrets }).apply(digest));
  const gate = new Gate(
    "gate",
    { ...candidateOf({ kind, settings, checkout, release }), secrets },
    { hooks: { onError: [notice] } },
  );
  const attempt = new Attempt(
    "attempt",
    {
      ...repository,
      environment,
      commit,
      release: release.name,
      artifacts: {
        web: composition.web.source,
        worker: composition.worker.source,
        regenerator: composition.regenerator.source,
      },
      migrations: {
        digest: composition.migrations.digest,
        newest: composition.migrations.names.at(-1) ?? "",
      },
      settings: settingsDigest(settings),
      secrets,
      composition,
      checks: isReturn || kind.pullRequest !== undefined ? [] : settings.github.requiredChecks,
      ...(isReturn ? { returnsTo } : {}),
      ...(kind.pullRequest === undefined ? {} : { isTransient: true }),
    },
    { dependsOn: gate, hooks: { onError: [notice] } },
  );
  if (kind.keepsData) protectFromDestroy();
  const wayBack =
    kind.pullRequest === undefined ? `bin/rollout rollback --stack ${pulumi.getStack()}` : undefined;
  const crossed = { oneWay: "" };
  const report = failureReport({
    ...repository,
    access: access.github,
    environment,
    commit,
    wayBack,
    oneWay: () => crossed.oneWay,
  });
  putBehind(attempt, [notice, report]);

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
      ...variables.web,
    },
  });

  const own = compositionOf({ kind, settings, release: checkout, artifacts, root: process.cwd() });
  const imageArgs = {
    app: imageAppName(imageAppOf(settings), workerApp, settings, makesShared),
    config: configOf(kind, "worker"),
    dockerfile,
    waitSeconds: imageLimit,
  };
  const image = new WorkerImage("worker-image", {
    ...imageArgs,
    label: imageLabel(composition.worker.image),
    step: kind.provenOn ? "lookup" : "build",
    builtBy: builderOf(kind, composition.worker, own.worker),
  });
  // Of two releases that are mixed each worker has its own.
  const regeneratorImage =
    composition.regenerator.image === composition.worker.image
      ? image
      : new WorkerImage("regenerator-image", {
          ...imageArgs,
          label: imageLabel(composition.regenerator.image),
          step: "lookup",
          builtBy: builderOf(kind, composition.regenerator, own.regenerator),
        });
  const webDeployment = new Deployment(
    "web-deployment",
    {
      projectId: webProject.projectId,
      projectName: settings.vercel.project,
      team: settings.vercel.team,
      target,
      sourceDigest: composition.web.source,
      ...(composition.web.source === own.web.source ? {} : { builtOf: composition.web.commit }),
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
          new Backup(
            "backup",
            {
              projectId: database.projectId,
              branchId: database.branchId,
              environment,
              migrations: composition.migrations.digest,
              ...settings.neon.backups,
            },
            asItWas("migrations"),
          ),
        ]
      : [];
  const workerSecrets = { OPENAI_API_KEY: aiApiKey, ...outside.workerSecrets };
  const rehearsal =
    kind.pullRequest === undefined
      ? new Rehearsal(
          "rehearsal",
          {
            ...repository,
            environment,
            projectId: database.projectId,
            branchId: database.branchId,
            database: settings.neon.database,
            role: settings.neon.role,
            applicationRole: database.applicationRoleName,
            compute: settings.neon.compute,
            migrations: composition.migrations,
            folder: migrationsFolder,
            sources: {
              web: composition.web.source,
              worker: composition.worker.source,
              regenerator: composition.regenerator.source,
            },
            keepsData: kind.keepsData,
            variables,
            secrets: pulumi.secret(workerSecrets),
            waitSeconds: rehearsalLimit,
          },
          { dependsOn: [...backups, database.applicationRole], ...asItWas("migrations") },
        )
      : undefined;
  const migration = new Migration(
    "migration",
    {
      databaseUrl: database.directUrl,
      branchId: database.branchId,
      databaseId: database.databaseId,
      migrations: composition.migrations.digest,
      waitSeconds: migrationLimit,
    },
    {
      dependsOn: [...(rehearsal ? [rehearsal] : []), ...backups, database.applicationRole],
      ...asItWas("triggers", "environment"),
    },
  );

  // A one-way migration that has run keeps the release before from coming back, also when a later step fails.
  if (rehearsal)
    pulumi.all([rehearsal.oneWay, migration.stdout]).apply(([oneWay]) => void (crossed.oneWay = oneWay));

  const workerSettings = {
    strategy: settings.fly.strategy,
    waitSeconds: settings.fly.waitSeconds,
    secrets: {
      DATABASE_URL: database.applicationUrl,
      ...variables.workers,
      ...workerSecrets,
    },
  };
  // Nothing that is live changes before everything that can fail beforehand has succeeded.
  const prepared = { deployAfter: [migration, webDeployment] };
  const worker = new Worker(
    "worker",
    {
      ...workerSettings,
      app: workerApp,
      image: image.reference,
      config: configOf(kind, "worker"),
      configText: composition.worker.config,
      machines: settings.fly.machines.worker,
      sourceDigest: composition.worker.source,
    },
    prepared,
  );
  const regenerator = new Worker(
    "regenerator",
    {
      ...workerSettings,
      app: regeneratorApp,
      image: regeneratorImage.reference,
      config: configOf(kind, "regenerator"),
      configText: composition.regenerator.config,
      machines: settings.fly.machines.regenerator,
      sourceDigest: composition.regenerator.source,
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
      sourceDigest: composition.web.source,
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
      migrations: composition.migrations.digest,
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
      imageDigest: image.digest,
      webDeployment: live.deploymentId,
      attempt: attempt.number,
      ...(rehearsal ? { oneWay: rehearsal.oneWay } : {}),
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
    ...(rehearsal ? { rehearsal: rehearsal.proof } : {}),
    databaseUrl: pulumi.secret(database.directUrl),
    applicationDatabaseUrl: pulumi.secret(database.applicationUrl),
    smokeApiKey: pulumi.secret(smokeKey.key),
  };
}

/** What builds an image that cannot be built from this checkout; undefined for one that can. */
function builderOf(
  { provenOn }: EnvironmentKind,
  wanted: Composition["worker"],
  own: Composition["worker"],
): string | undefined {
  if (wanted.image !== own.image) return `git checkout ${wanted.commit}, and bin/rollout up there`;
  return provenOn && `bin/rollout up --stack ${provenOn.stack}`;
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

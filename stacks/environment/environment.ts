import * as pulumi from "@pulumi/pulumi";
import { EnvironmentDatabase } from "@rollout/infra/neon/environment-database";
import { RetiredLogins } from "@rollout/infra/neon/resources";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { AfterLive, ApiKey, Smoke, Status } from "@rollout/infra/rollout/resources";
import { madeByStaging } from "../environments.ts";
import { declareGitHubSide } from "./github-side.ts";
import type { Given } from "../release/names-in-clouds.ts";
import type { ReleaseAttemptArgs } from "./release-attempt.ts";
import { declareReleaseAttempt } from "./release-attempt.ts";
import { declareSchemaSteps } from "./schema-steps.ts";
import { afterLiveHooks, smokeCommand } from "../settings/application-commands.ts";
import { recordTrusts } from "../settings/record-trusts.ts";
import { ownsProject } from "./owns-project.ts";
import { withFixed } from "../settings/own-variables.ts";
import { declareLive, declareWeb } from "./web.ts";
import { declareWorkerImages } from "./worker-images.ts";
import { declareApps, declareWorkers, receiptsOf } from "./workers.ts";

export interface EnvironmentArgs extends ReleaseAttemptArgs {
  /** What the checkout is: all that can be built here. */
  readonly own: Composition;
  /** Id of the Vercel project, where it is there already. */
  readonly webProjectId: string | undefined;
}

/**
 * One environment, in the order of its rollout:
 * gate → image, web build, backup → rehearsal → migration → workers, healthy → web live → hooks → smoke test → old logins retired
 * → status.
 */
export function declareEnvironment(args: EnvironmentArgs): Record<string, pulumi.Input<unknown>> {
  const { application, kind, release, own, outside } = args;
  const { environment, makesShared } = kind;
  const { settings } = outside;
  const records = recordTrusts(kind, settings);
  const { commit, composition, returnsTo, withoutGitHub } = release;
  const { attempt, crosses, migrates } = declareReleaseAttempt(args);

  const database = new EnvironmentDatabase("database", {
    ...settings.neon,
    schemas: application.database.schemas,
    keep: kind.keepsData,
    projectMadeBy: makesShared || ownsProject(kind, settings, "neon") ? undefined : madeByStaging,
  });
  const smokeKey = new ApiKey("smoke-key", {
    version: settings.smoke.keyVersion,
    ...(settings.smoke.keyOverlapMinutes === undefined
      ? {}
      : { overlapMinutes: settings.smoke.keyOverlapMinutes }),
  });
  const apps = declareApps(settings);
  const web = declareWeb({
    ...{ application, kind, settings, composition, own },
    recorded: release.webDeployments ?? [],
    projectId: args.webProjectId,
    given: { DATABASE_URL: database.applicationPooledUrl, API_KEYS: acceptedKeys(smokeKey) },
    secrets: outside.secrets.web,
  });
  const images = declareWorkerImages({ kind, settings, composition, own, firstApp: apps[0].app });
  const { migration, rehearsal } = declareSchemaSteps({
    ...{ application, kind, settings, composition, database, secrets: outside.secrets },
    isReturn: returnsTo !== undefined,
  });
  // A one-way migration that has run keeps the release before from coming back, also when a later step fails.
  if (rehearsal) pulumi.all([rehearsal.oneWay, migration.stdout]).apply(([oneWay]) => crosses(oneWay));
  migration.stdout.apply(migrates);

  const workers = declareWorkers({
    ...{ kind, settings, composition, apps, images },
    isReturn: returnsTo !== undefined,
    secrets: withFixed<pulumi.Input<string>>(
      { ...composition.variables.workers, ...outside.secrets.workers },
      { DATABASE_URL: database.applicationUrl } satisfies Given<"workers">,
    ),
    // Nothing that is live changes before everything that can fail beforehand has succeeded.
    deployAfter: [migration, web.deployment],
  });
  const deployments = workers.flatMap(({ settled }) => settled);
  const live = declareLive(web, { application, kind, settings, composition }, deployments);
  const onFly = workers.filter(({ host }) => host === "fly");
  const onRailway = workers.flatMap(({ railway }) => railway ?? []);
  const observeSeconds = settings.smoke.observeSeconds ?? kind.observeSeconds;
  const whatIsLive = {
    web: live.deploymentId,
    webSince: live.assignedAt,
    ...Object.fromEntries(
      workers.flatMap(({ name, deployment }) => [
        [name, deployment.sourceDigest],
        [`${name}Machines`, deployment.machines.apply(String)],
        [`${name}Since`, deployment.deployedAt],
      ]),
    ),
    migrations: composition.migrations.digest,
  };
  const hooks = afterLiveHooks(application);
  const afterLive =
    hooks.length === 0
      ? []
      : [
          new AfterLive("after-live", {
            hooks,
            variables: {
              ROLLOUT_ENVIRONMENT: environment,
              ROLLOUT_RELEASE: release.name,
              ROLLOUT_WEB_URL: live.url,
            },
            live: whatIsLive,
          }),
        ];
  const smoke = new Smoke(
    "smoke",
    {
      ...smokeCommand(application, settings.smoke.suite),
      apiUrl: live.url,
      databaseUrl: database.applicationUrl,
      apiKey: smokeKey.key,
      protectionBypass: web.project.protectionBypass,
      isRequired: settings.smoke.isRequired,
      ...(observeSeconds > 0 && workers.length > 0
        ? {
            observe: {
              ...{ apps: onFly.map(({ place }) => place), seconds: observeSeconds },
              ...(onRailway.length === 0 ? {} : { services: onRailway }),
            },
          }
        : {}),
      live: whatIsLive,
    },
    { dependsOn: afterLive },
  );
  const githubSide = declareGitHubSide({
    ...{ kind, outside },
    databaseUrl: database.applicationUrl,
    smokeApiKey: smokeKey.key,
    live,
    webProjectId: web.project.projectId,
  });
  // Behind all that logs in: until then the login of before is valid too.
  const retired = new RetiredLogins("retired-logins", database.applicationLogin, {
    dependsOn: [smoke, ...githubSide],
  });
  new Status(
    "status",
    {
      owner: settings.github.owner,
      repository: settings.github.repository,
      environment,
      commit,
      deploymentId: attempt.deploymentId,
      webUrl: live.url,
      proof: smoke.proof,
      ...receiptsOf(images),
      webDeployment: live.deploymentId,
      webFiles: web.deployment.files,
      attempt: attempt.number,
      ...(records ? { records, begun: attempt.entry } : {}),
      ...(rehearsal ? { oneWay: rehearsal.oneWay } : {}),
      ...(withoutGitHub ? { withoutGitHub } : {}),
    },
    { dependsOn: [retired] },
  );

  return {
    webUrl: live.url,
    release: release.name,
    workers: Object.fromEntries(
      workers.map(({ place, railway, deployment: { image, machines } }) => [
        place,
        { image, machines, ...(railway ? { railway } : {}) },
      ]),
    ),
    smoke: smoke.proof,
    ...(rehearsal ? { rehearsal: rehearsal.proof } : {}),
    databaseUrl: pulumi.secret(database.directUrl),
    applicationDatabaseUrl: pulumi.secret(database.applicationUrl),
    smokeApiKey: pulumi.secret(smokeKey.key),
    smokeProtectionBypass: pulumi.secret(web.project.protectionBypass),
  };
}

/** The keys that the web takes; in the states of earlier versions there is one. */
function acceptedKeys({ key, keys }: ApiKey): pulumi.Output<string> {
  return pulumi.secret(pulumi.all([key, keys]).apply(([one, all]) => all ?? one));
}

import { dirname, resolve } from "node:path";
import { type Flags, type Given, readDuration, readPairs } from "./arguments.ts";
import { buildImage } from "./build.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { type AppConfig, readFlyToml } from "./fly-toml.ts";
import { openLeases } from "./leases.ts";
import { listDeployed, type Machine } from "./machine.ts";
import { createRelease, finishBuild, startBuild, updateRelease } from "./releases.ts";
import { rollOut } from "./rollout.ts";
import { type Rollout, strategies, type Strategy } from "./rollout-order.ts";
import { leastSecretsVersion } from "./secrets-versions.ts";

export const deployFlags: Flags = {
  config: { kind: "text", short: "c" },
  app: { kind: "text", short: "a" },
  image: { kind: "text", short: "i" },
  dockerfile: { kind: "text" },
  "image-label": { kind: "text" },
  "build-arg": { kind: "list" },
  "build-target": { kind: "text" },
  "build-only": { kind: "switch" },
  push: { kind: "switch" },
  "remote-only": { kind: "switch" },
  strategy: { kind: "text" },
  "max-unavailable": { kind: "text" },
  "smoke-checks": { kind: "switch" },
  "dns-checks": { kind: "switch" },
  "skip-release-command": { kind: "switch" },
  "release-command-timeout": { kind: "text" },
  "lease-timeout": { kind: "text" },
  ha: { kind: "switch" },
  yes: { kind: "switch", short: "y" },
  "wait-timeout": { kind: "text" },
  env: { kind: "list", short: "e" },
  detach: { kind: "switch" },
  "only-machines": { kind: "list" },
};

/** Defaults of the real flyctl (internal/command/deploy/deploy.go). */
const defaults = {
  waitTimeout: "5m0s",
  releaseCommandTimeout: "5m0s",
  leaseTimeout: "13s",
  maxUnavailable: 0.33,
};
/** A second to report that the release was interrupted, as the real flyctl takes. */
const lastWordMilliseconds = 1000;

/** `flyctl deploy`: finds or builds the image, records a release, brings the machines to it. */
export async function deploy(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  const config = readFlyToml(resolve(given.text("config") ?? "fly.toml"));
  const app = given.text("app") ?? process.env["FLY_APP"] ?? config.app;
  if (app === undefined)
    throw new CommandError(
      "the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag",
    );
  const strategy = readStrategy(given.text("strategy") ?? config.strategy ?? "rolling");
  const maxUnavailable = readMaxUnavailable(given.text("max-unavailable"), config);
  const duration = (flag: string, configured: string | undefined, fallback: string): number =>
    readDuration(flag, given.text(flag) ?? configured ?? fallback);
  const waitTimeoutMilliseconds = duration("wait-timeout", config.waitTimeout, defaults.waitTimeout);
  const releaseCommandTimeoutMilliseconds = duration(
    "release-command-timeout",
    config.releaseCommandTimeout,
    defaults.releaseCommandTimeout,
  );
  const leaseSeconds = duration("lease-timeout", undefined, defaults.leaseTimeout) / 1000;
  const env = readPairs("env", given.list("env"));
  const { organization } = await cloud.flaps<{ organization: { slug: string } }>(
    `/apps/${encodeURIComponent(app)}`,
  );
  await cloud.uiex(`/organizations/${organization.slug}`);

  let found: Found;
  try {
    found = await determineImage(given, cloud, config, app, signal);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new CommandError(`failed to fetch an image or build from source: ${(error as Error).message}`);
  }
  if (given.isOn("build-only", false)) return;
  console.log(`\nWatch your deployment at https://fly.io/apps/${app}/monitoring\n`);
  const isDetached = given.isOn("detach", false);
  const { image, build } = found;
  const machines = chosen(await listDeployed(cloud, app), given.list("only-machines"));
  const release = await createRelease(cloud, app, config, image, strategy, build);
  await carryOut({
    cloud,
    leases: openLeases(cloud, app, leaseSeconds),
    app,
    config: given.isOn("skip-release-command", false) ? { ...config, releaseCommand: undefined } : config,
    image,
    machines,
    release,
    strategy,
    maxUnavailable,
    env,
    minSecretsVersion: leastSecretsVersion(app),
    isRestartOnly: false,
    isHighlyAvailable: given.isOn("ha", true),
    isDetached,
    hasSmokeChecks: given.isOn("smoke-checks", true),
    waitTimeoutMilliseconds,
    releaseCommandTimeoutMilliseconds,
    signal,
  });
}

/** What `flyctl secrets set` and `deploy` do with an app: every machine again, with the secrets as they are now. */
export async function redeploySecrets(
  cloud: Cloud,
  app: string,
  config: AppConfig,
  image: string,
  isDetached: boolean,
  signal: AbortSignal,
): Promise<void> {
  const strategy = readStrategy(config.strategy ?? "rolling");
  await carryOut({
    cloud,
    leases: openLeases(cloud, app),
    app,
    config,
    image,
    machines: await listDeployed(cloud, app),
    release: await createRelease(cloud, app, config, image, strategy, 0),
    strategy,
    maxUnavailable: readMaxUnavailable(undefined, config),
    env: {},
    minSecretsVersion: leastSecretsVersion(app),
    isRestartOnly: true,
    isHighlyAvailable: false,
    isDetached,
    hasSmokeChecks: true,
    waitTimeoutMilliseconds: readDuration("wait-timeout", config.waitTimeout ?? defaults.waitTimeout),
    releaseCommandTimeoutMilliseconds: 0,
    signal,
  });
}

/** Rolls out and writes how it ended into the release: only flyctl does, so a killed one leaves it running. */
async function carryOut(rollout: Rollout): Promise<void> {
  const { cloud, release } = rollout;
  await updateRelease(cloud, release, "running", undefined);
  try {
    await rollOut(rollout);
  } catch (error) {
    await rollout.leases.releaseAll();
    const isInterrupted = error instanceof Interrupted;
    const message = error instanceof Error ? error.message : String(error);
    await updateRelease(
      cloud,
      release,
      isInterrupted ? "interrupted" : "failed",
      isInterrupted ? "" : message,
      isInterrupted ? lastWordMilliseconds : undefined,
    ).catch((failure: unknown) =>
      console.error(
        `WARN failed to set final release status after deployment failure: ${(failure as Error).message}`,
      ),
    );
    throw error;
  }
  await rollout.leases.releaseAll();
  await updateRelease(cloud, release, "complete", "").catch((failure: unknown) =>
    console.error(
      `WARN failed to set final release status after successful deployment: ${(failure as Error).message}`,
    ),
  );
  if ((process.env["FLY_EMIT_RELEASE_JSON"] ?? "") !== "")
    console.log(JSON.stringify({ id: release.id, version: release.version, image_ref: rollout.image }));
}

/** Those that `--only-machines` names, by several flags or commas; all without it (machineFilteredFromDeployment). */
function chosen(machines: readonly Machine[], named: readonly string[]): readonly Machine[] {
  const ids = named.flatMap((each) => each.split(",")).filter((id) => id !== "");
  if (ids.length === 0) return machines;
  const only = machines.filter(({ id }) => ids.includes(id));
  console.error(
    `--only-machines filter applied, deploying to ${String(only.length)}/${String(machines.length)} machines\n`,
  );
  return only;
}

function readStrategy(text: string): Strategy {
  const strategy = strategies.find((each) => each === text);
  if (strategy) return strategy;
  throw new CommandError(`invalid deployment strategy: ${text}; one of ${strategies.join(", ")}`);
}

function readMaxUnavailable(flag: string | undefined, config: AppConfig): number {
  const value = flag === undefined ? (config.maxUnavailable ?? defaults.maxUnavailable) : Number(flag);
  if (!(value > 0)) throw new CommandError("the value for --max-unavailable must be > 0");
  return value;
}

/** The image to deploy, and the build that its look-up was recorded as. */
interface Found {
  readonly image: string;
  readonly build: number;
}

async function determineImage(
  given: Given,
  cloud: Cloud,
  config: AppConfig,
  app: string,
  signal: AbortSignal,
): Promise<Found> {
  const reference = given.text("image") ?? config.image;
  if (reference !== undefined) return resolveImage(cloud, app, reference);
  console.error("==> Building image");
  const fromConfig = (path?: string): string | undefined => path && resolve(dirname(config.file), path);
  const image = await buildImage(cloud, {
    app,
    label: given.text("image-label") ?? `deployment-${Date.now()}`,
    dockerfile: fromConfig(config.dockerfile) ?? resolve(given.text("dockerfile") ?? "Dockerfile"),
    contextFolder: process.cwd(),
    target: given.text("build-target") ?? config.buildTarget,
    ignoreFile: fromConfig(config.ignoreFile),
    buildArgs: { ...config.buildArgs, ...readPairs("build-arg", given.list("build-arg")) },
    signal,
  });
  console.error("--> Building image done");
  console.log(`image: ${image.ref}`);
  console.log(`image size: ${Math.max(1, Math.round(image.size / 1e6))} MB`);
  return { image: image.ref, build: 0 };
}

interface FoundImage {
  readonly id: string;
  readonly ref: string;
  readonly compressedSize: string;
}

async function resolveImage(cloud: Cloud, app: string, reference: string): Promise<Found> {
  console.error(`Searching for image '${reference}' remotely...`);
  const build = await startBuild(cloud, app);
  const query =
    "query($appName: String!, $imageRef: String!) { app(name: $appName) { image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull } } }";
  const answer = await cloud.graphql<{ app: { image: FoundImage | null } }>(query, {
    appName: app,
    imageRef: reference,
  });
  await finishBuild(cloud, app, build, answer.app.image ?? undefined);
  if (!answer.app.image) throw new CommandError(`could not find image "${reference}"`);
  console.error(`image found: ${answer.app.image.id}`);
  return { image: answer.app.image.ref, build };
}

import { dirname, resolve } from "node:path";
import { type Flags, type Given, readDuration, readPairs } from "./arguments.ts";
import { buildImage } from "./build.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { type AppConfig, readFlyToml } from "./fly-toml.ts";
import { openLeases } from "./leases.ts";
import { createRelease, updateRelease } from "./releases.ts";
import { type Rollout, rollOut, strategies, type Strategy } from "./rollout.ts";

export const deployFlags: Flags = {
  config: { kind: "text", short: "c" },
  app: { kind: "text", short: "a" },
  image: { kind: "text", short: "i" },
  dockerfile: { kind: "text" },
  "image-label": { kind: "text" },
  "build-arg": { kind: "list" },
  "build-only": { kind: "switch" },
  push: { kind: "switch" },
  "remote-only": { kind: "switch" },
  strategy: { kind: "text" },
  ha: { kind: "switch" },
  yes: { kind: "switch", short: "y" },
  "wait-timeout": { kind: "text" },
  env: { kind: "list", short: "e" },
  detach: { kind: "switch" },
};

const defaultWaitTimeout = "5m0s";
/** A second to say that the release was interrupted, as the real flyctl takes. */
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
  const waitTimeoutMilliseconds = readDuration(
    "wait-timeout",
    given.text("wait-timeout") ?? config.waitTimeout ?? defaultWaitTimeout,
  );
  const env = readPairs("env", given.list("env"));
  const found = await cloud.flaps<{ organization: { slug: string } }>(`/apps/${encodeURIComponent(app)}`);
  await cloud.uiex(`/organizations/${found.organization.slug}`);

  let image: string;
  try {
    image = await determineImage(given, cloud, config, app, signal);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new CommandError(`failed to fetch an image or build from source: ${(error as Error).message}`);
  }
  if (given.isOn("build-only", false)) return;

  console.log(`\nWatch your deployment at https://fly.io/apps/${app}/monitoring\n`);
  const release = await createRelease(cloud, app, config, image, strategy);
  await carryOut({
    cloud,
    leases: openLeases(cloud, app),
    app,
    config,
    image,
    release,
    strategy,
    env,
    isHighlyAvailable: given.isOn("ha", true),
    isDetached: given.isOn("detach", false),
    waitTimeoutMilliseconds,
    signal,
  });
  if ((process.env["FLY_EMIT_RELEASE_JSON"] ?? "") !== "")
    console.log(JSON.stringify({ id: release.id, version: release.version, image_ref: image }));
}

/** Rolls out and writes how it ended into the release: nobody but flyctl does, so a killed one leaves it running. */
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
      isInterrupted ? undefined : message,
      isInterrupted ? lastWordMilliseconds : undefined,
    ).catch((failure: unknown) =>
      console.error(
        `WARN failed to set final release status after deployment failure: ${(failure as Error).message}`,
      ),
    );
    throw error;
  }
  await rollout.leases.releaseAll();
  await updateRelease(cloud, release, "complete", undefined).catch((failure: unknown) =>
    console.error(
      `WARN failed to set final release status after successful deployment: ${(failure as Error).message}`,
    ),
  );
}

function readStrategy(text: string): Strategy {
  const strategy = strategies.find((each) => each === text);
  if (strategy) return strategy;
  if (text === "bluegreen") throw new CommandError("the bluegreen strategy is not in this sandbox yet");
  throw new CommandError(
    `invalid deployment strategy: ${text}; one of canary, rolling, bluegreen, immediate`,
  );
}

async function determineImage(
  given: Given,
  cloud: Cloud,
  config: AppConfig,
  app: string,
  signal: AbortSignal,
): Promise<string> {
  const reference = given.text("image") ?? config.image;
  if (reference !== undefined) return resolveImage(cloud, app, reference);
  console.error("==> Building image");
  const fromConfig =
    config.dockerfile === undefined ? undefined : resolve(dirname(config.file), config.dockerfile);
  const image = await buildImage(cloud, {
    app,
    label: given.text("image-label") ?? `deployment-${Date.now()}`,
    dockerfile: fromConfig ?? resolve(given.text("dockerfile") ?? "Dockerfile"),
    contextFolder: process.cwd(),
    buildArgs: { ...config.buildArgs, ...readPairs("build-arg", given.list("build-arg")) },
    signal,
  });
  console.error("--> Building image done");
  console.log(`image: ${image.ref}`);
  console.log(`image size: ${Math.max(1, Math.round(image.size / 1e6))} MB`);
  return image.ref;
}

async function resolveImage(cloud: Cloud, app: string, reference: string): Promise<string> {
  console.error(`Searching for image '${reference}' remotely...`);
  const query =
    "query($appName: String!, $imageRef: String!) { app(name: $appName) { image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull } } }";
  const answer = await cloud.graphql<{ app: { image: { id: string; ref: string } | null } }>(query, {
    appName: app,
    imageRef: reference,
  });
  if (!answer.app.image) throw new CommandError(`could not find image "${reference}"`);
  console.error(`image found: ${answer.app.image.id}`);
  return answer.app.image.ref;
}

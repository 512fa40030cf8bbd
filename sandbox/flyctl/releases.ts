import { setTimeout as delay } from "node:timers/promises";
import type { AppConfig } from "./fly-toml.ts";
import { type Cloud, CloudError } from "./cloud.ts";
import { version } from "./machine-config.ts";

export interface Release {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly image_ref: string;
  readonly created_at: string;
  readonly user: string;
}

export async function createRelease(
  cloud: Cloud,
  app: string,
  config: AppConfig,
  image: string,
  strategy: string,
  build: number,
): Promise<Release> {
  const { release } = await cloud.uiex<{ release: Release }>("/releases", {
    method: "POST",
    body: {
      app_name: app,
      build_id: build,
      definition: config.definition,
      image,
      strategy: strategy.toUpperCase(),
    },
  });
  return release;
}

/** A look-up of an image is recorded as a build, as the real flyctl does; returns its number. */
export async function startBuild(cloud: Cloud, app: string): Promise<number> {
  const { id } = await cloud.uiex<{ id: number }>("/builds", {
    method: "POST",
    body: { app_name: app, builder_type: "depot.dev", strategies_available: ["Remote Image Reference"] },
  });
  return id;
}

export async function finishBuild(
  cloud: Cloud,
  app: string,
  build: number,
  image: { readonly id: string; readonly ref: string; readonly compressedSize: string } | undefined,
): Promise<void> {
  await cloud.uiex("/builds/finish", {
    method: "POST",
    body: {
      build_id: build,
      app_name: app,
      machine_id: "",
      status: image ? "completed" : "failed",
      ...(image
        ? { final_image: { id: image.id, size_bytes: Number(image.compressedSize), tag: image.ref } }
        : {}),
      logs: "",
    },
  });
}

/** Writes a release's status; tried three times when the cloud is at fault, since it is the same however often it is sent. */
export async function updateRelease(
  cloud: Cloud,
  release: Release,
  status: string,
  error: string | undefined,
  timeoutMilliseconds = 10_000,
): Promise<void> {
  // Empty while the deployment runs, as the real flyctl has it.
  const metadata = error === undefined ? null : { post_deployment_info: { flyctl_version: version, error } };
  for (let attempt = 1; ; attempt += 1)
    try {
      await cloud.uiex(`/releases/${release.id}`, {
        method: "PATCH",
        body: { status, metadata },
        timeoutMilliseconds,
      });
      return;
    } catch (failure) {
      const isTransient = failure instanceof CloudError && failure.status >= 500;
      if (!isTransient || attempt >= 3) throw failure;
      await delay(500 * attempt);
    }
}

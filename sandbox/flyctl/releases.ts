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
): Promise<Release> {
  const { release } = await cloud.uiex<{ release: Release }>("/releases", {
    method: "POST",
    body: {
      app_name: app,
      build_id: 0,
      definition: config.definition,
      image,
      strategy: strategy.toUpperCase(),
    },
  });
  return release;
}

/** Writes a release's status; tried three times when the cloud is at fault, since it is the same however often it is sent. */
export async function updateRelease(
  cloud: Cloud,
  release: Release,
  status: string,
  error: string | undefined,
  timeoutMilliseconds = 10_000,
): Promise<void> {
  const metadata = {
    post_deployment_info: { flyctl_version: version, ...(error === undefined ? {} : { error }) },
  };
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

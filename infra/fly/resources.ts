import { defineResource } from "../dynamic/resource.ts";
import type { AppInputs } from "./providers/app.ts";
import type { AppSecretsInputs } from "./providers/app-secrets.ts";
import type { DeploymentInputs } from "./providers/deployment.ts";
import type { DrainedInputs } from "./providers/drained.ts";
import type { ImageInputs } from "./providers/image.ts";

/** A Fly app. Its name and organization replace it, with its machines and secrets. */
export const App = defineResource<AppInputs, { readonly name: string }>("fly/app");
export type App = InstanceType<typeof App>;

/** All secrets of an app; they reach its machines with the next deployment. */
export const AppSecrets = defineResource<
  AppSecretsInputs,
  {
    /** Changes when any secret was set again. */
    readonly version: string;
    readonly minVersion: number;
  }
>("fly/app-secrets", { outputs: ["digests", "version", "minVersion"], secretOutputs: ["values"] });
export type AppSecrets = InstanceType<typeof AppSecrets>;

/** A deployment of an app, done when every machine runs it and is healthy. */
export const Deployment = defineResource<
  DeploymentInputs,
  {
    readonly machines: readonly string[];
    readonly image: string;
    readonly sourceDigest: string;
    readonly deployedAt: string | undefined;
  }
>("fly/deployment", { outputs: ["machines", "running", "deployedAt", "imageDigest"] });
export type Deployment = InstanceType<typeof Deployment>;

/** An image in Fly's registry, built where the registry does not have it yet. Another content replaces it. */
export const Image = defineResource<
  ImageInputs,
  {
    readonly reference: string;
    readonly imageDigest: string;
  }
>("fly/image", { outputs: ["reference", "imageDigest"] });
export type Image = InstanceType<typeof Image>;

/** An app without machines, whose worker runs on another host. */
export const Drained = defineResource<DrainedInputs>("fly/drained");
export type Drained = InstanceType<typeof Drained>;

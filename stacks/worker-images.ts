import type * as pulumi from "@pulumi/pulumi";
import { imageLabel } from "@atlaris/infra/fly/image-reference";
import { App } from "@atlaris/infra/fly/resources";
import { WorkerImage } from "@atlaris/infra/fly/worker-image";
import type { Composition } from "@atlaris/infra/rollout/records/entry";
import { configOf, dockerfile, imageAppOf } from "./composition.ts";
import type { EnvironmentKind } from "./environments.ts";
import type { Settings } from "./settings-schema.ts";

/** Longest time that an image may be built, in seconds. */
const imageLimit = 900;

export interface WorkerImagesArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  /** What is to run. */
  readonly composition: Composition;
  /** What the checkout is: the only images that can be built here. */
  readonly own: Composition;
  readonly workerApp: App;
}

export interface WorkerImages {
  readonly worker: WorkerImage;
  /** The worker's own, but of two releases that are mixed. */
  readonly regenerator: WorkerImage;
}

/** The images of both workers: built where this stack may, looked up where another one has built them. */
export function declareWorkerImages(args: WorkerImagesArgs): WorkerImages {
  const { kind, composition, own } = args;
  const imageArgs = {
    app: imageAppName(args),
    config: configOf(kind, "worker"),
    dockerfile,
    waitSeconds: imageLimit,
  };
  const worker = new WorkerImage("worker-image", {
    ...imageArgs,
    label: imageLabel(composition.worker.image),
    step: kind.provenOn ? "lookup" : "build",
    builtBy: builderOf(kind, composition.worker, own.worker),
  });
  if (composition.regenerator.image === composition.worker.image) return { worker, regenerator: worker };
  const regenerator = new WorkerImage("regenerator-image", {
    ...imageArgs,
    label: imageLabel(composition.regenerator.image),
    step: "lookup",
    builtBy: builderOf(kind, composition.regenerator, own.regenerator),
  });
  return { worker, regenerator };
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
function imageAppName({ kind, settings, workerApp }: WorkerImagesArgs): pulumi.Input<string> {
  const name = imageAppOf(settings);
  if (name === settings.fly.apps.worker) return workerApp.name;
  if (!kind.makesShared) return name;
  const { organization } = settings.fly;
  return new App("image-app", { name, organization }, { retainOnDelete: true }).name;
}

import type * as pulumi from "@pulumi/pulumi";
import { imageLabel } from "@rollout/infra/fly/image-reference";
import { App } from "@rollout/infra/fly/resources";
import { WorkerImage } from "@rollout/infra/fly/worker-image";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { configOf, dockerfile, imageAppOf } from "../release/composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import type { WorkerPart } from "../release/worker-parts.ts";
import { workersOf } from "../settings/workers.ts";

/** Longest time that an image may be built, in seconds. */
const imageLimit = 900;

export interface WorkerImagesArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  /** What is to run. */
  readonly composition: Composition;
  /** What the checkout is: the only image that can be built here. */
  readonly own: Composition;
  /** App of the first worker. */
  readonly firstApp: App;
}

/** The workers' images by their references: one, but for releases that are mixed. */
export type WorkerImages = ReadonlyMap<string, WorkerImage>;

/** Built where this stack may, looked up where another one has built them. */
export function declareWorkerImages(args: WorkerImagesArgs): WorkerImages {
  const { kind, settings, composition, own } = args;
  const app = imageAppName(args);
  const [first] = workersOf(settings);
  const images = new Map<string, WorkerImage>();
  for (const { name } of workersOf(settings)) {
    const worker = composition.workers[name];
    if (!worker || images.has(worker.image)) continue;
    const image = new WorkerImage(`${name}-image`, {
      app,
      config: configOf(kind, first.name),
      dockerfile,
      waitSeconds: imageLimit,
      label: imageLabel(worker.image),
      step: kind.provenOn || name !== first.name ? "lookup" : "build",
      builtBy: builderOf(kind, worker, own.workers[name]),
    });
    images.set(worker.image, image);
  }
  return images;
}

/** What builds an image that cannot be built from this checkout; undefined for one that can. */
function builderOf(
  { provenOn }: EnvironmentKind,
  wanted: WorkerPart,
  own: WorkerPart | undefined,
): string | undefined {
  if (wanted.image !== own?.image) return `git checkout ${wanted.commit}, and bin/rollout up there`;
  return provenOn && `bin/rollout up --stack ${provenOn.stack}`;
}

/** The app whose registry has the images: the first worker's own, or one of all environments that outlives each of them. */
function imageAppName({ kind, settings, firstApp }: WorkerImagesArgs): pulumi.Input<string> {
  const name = imageAppOf(settings);
  const [first] = workersOf(settings);
  if (name === first.app) return firstApp.name;
  if (!kind.makesShared) return name;
  const { organization } = settings.fly;
  return new App("image-app", { name, organization }, { retainOnDelete: true }).name;
}

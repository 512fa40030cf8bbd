import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "@rollout/infra/fly/resources";
import { App } from "@rollout/infra/fly/resources";
import { Worker } from "@rollout/infra/fly/worker";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { configOf } from "../release/composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import type { WorkerImages } from "./worker-images.ts";
import type { SetWorker } from "../settings/workers.ts";
import { workersOf } from "../settings/workers.ts";

/** A worker's app. */
export interface DeclaredApp {
  readonly worker: SetWorker;
  readonly app: App;
}

/** The app of each worker that the application declares, in the order of their declaration. */
export function declareApps(settings: Settings): readonly [DeclaredApp, ...DeclaredApp[]] {
  const { organization } = settings.fly;
  const declare = (worker: SetWorker): DeclaredApp => ({
    worker,
    app: new App(`${worker.name}-app`, { name: worker.app, organization }),
  });
  const [first, ...others] = workersOf(settings);
  return [declare(first), ...others.map(declare)];
}

export interface WorkersArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  /** What is to run. */
  readonly composition: Composition;
  readonly apps: readonly DeclaredApp[];
  readonly images: WorkerImages;
  /** Every secret of the apps, by the name of its variable. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** What must succeed before any worker is deployed. */
  readonly deployAfter: pulumi.Resource[];
}

export interface DeployedWorker {
  readonly name: string;
  /** Name of its Fly app. */
  readonly app: string;
  readonly deployment: Deployment;
}

/**
 * The workers of the release, each done when all its machines are healthy. One that the application got later is in no release
 * from before: its app stays, without machines.
 */
export function declareWorkers(args: WorkersArgs): readonly DeployedWorker[] {
  const { kind, settings, composition, secrets, deployAfter } = args;
  const { strategy, waitSeconds } = settings.fly;
  return args.apps.flatMap(({ worker: { name, app: appName, machines }, app }) => {
    const part = composition.workers[name];
    const image = part && args.images.get(part.image);
    if (!part || !image) return [];
    const { deployment } = new Worker(
      name,
      {
        ...{ strategy, waitSeconds, secrets, app, machines },
        image: image.reference,
        recipe: part.recipe,
        config: configOf(kind, name),
        configText: part.config,
        sourceDigest: part.source,
      },
      { deployAfter },
    );
    return [{ name, app: appName, deployment }];
  });
}

/** What the last step records of the images. */
export function receiptsOf(images: WorkerImages): {
  readonly image?: pulumi.Input<string>;
  readonly images: pulumi.Output<{ readonly reference: string; readonly digest: string }[]>;
} {
  const [first] = images.values();
  return {
    ...(first ? { image: first.receipt } : {}),
    images: pulumi.output([...images].map(([reference, { digest }]) => ({ reference, digest }))),
  };
}

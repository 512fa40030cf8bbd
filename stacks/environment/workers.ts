import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "@rollout/infra/fly/resources";
import { App, Drained } from "@rollout/infra/fly/resources";
import { Worker } from "@rollout/infra/fly/worker";
import type { NamedService } from "@rollout/infra/railway/find-service";
import type { Deployment as RailwayDeployment } from "@rollout/infra/railway/resources";
import { Drained as RailwayDrained, Service } from "@rollout/infra/railway/resources";
import { Worker as RailwayWorker } from "@rollout/infra/railway/worker";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { configOf } from "../release/composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import type { WorkerImages } from "./worker-images.ts";
import type { SetWorker, WorkerHost } from "../settings/workers.ts";
import { workersOf } from "../settings/workers.ts";

/** A worker's app, and its service on Railway where the settings name one. */
export interface DeclaredApp {
  readonly worker: SetWorker;
  readonly app: App;
  readonly service?: Service;
}

/** The app of each worker that the application declares, in the order of their declaration. */
export function declareApps(settings: Settings): readonly [DeclaredApp, ...DeclaredApp[]] {
  const { fly, railway } = settings;
  const { organization } = fly;
  const declare = (worker: SetWorker): DeclaredApp => ({
    worker,
    app: new App(`${worker.name}-app`, { name: worker.app, organization }),
    ...(railway && worker.service !== undefined
      ? {
          service: new Service(`${worker.name}-service`, {
            ...{ project: railway.project, environment: railway.environment, name: worker.service },
          }),
        }
      : {}),
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
  /** Whether an earlier release is restored. */
  readonly isReturn: boolean;
  /** What must succeed before any worker is deployed. */
  readonly deployAfter: pulumi.Resource[];
}

export interface DeployedWorker {
  readonly name: string;
  /** Name of its Fly app, or of its service on Railway. */
  readonly place: string;
  readonly host: WorkerHost;
  /** By which commands find it on Railway. */
  readonly railway?: NamedService;
  readonly deployment: Deployment | RailwayDeployment;
  /** Done when the worker runs, and nowhere else. */
  readonly settled: readonly pulumi.Resource[];
}

/**
 * The workers of the release, each done when all its machines are healthy. One that the application got later is in no release
 * from before: its app stays, without machines.
 */
export function declareWorkers(args: WorkersArgs): readonly DeployedWorker[] {
  const { kind, settings, composition, secrets, deployAfter, isReturn } = args;
  const { fly, railway } = settings;
  const { strategy, waitSeconds } = fly;
  return args.apps.flatMap(({ worker, app, service }): readonly DeployedWorker[] => {
    const { name, machines, host } = worker;
    const part = composition.workers[name];
    const image = part && args.images.get(part.image);
    if (!part || !image) return [];
    const common = {
      ...{ waitSeconds, secrets },
      image: image.reference,
      recipe: part.recipe,
      config: configOf(kind, name),
      configText: part.config,
      sourceDigest: part.source,
    };
    if (host === "railway" && railway && service && worker.service !== undefined) {
      const { project, regions } = railway;
      const limits = railway.limits?.[name];
      const { deployment } = new RailwayWorker(
        name,
        { ...common, service, project, regions, limits, count: machines.count },
        { deployAfter },
      );
      // Behind the deployment: the worker of before works until this one is healthy.
      const drained = new Drained(
        `${name}-fly-drained`,
        { app: app.name, waitSeconds },
        { dependsOn: deployment },
      );
      const named = { project, environment: railway.environment, name: worker.service };
      return [
        { name, place: worker.service, host, railway: named, deployment, settled: [deployment, drained] },
      ];
    }
    const { deployment } = new Worker(
      name,
      { ...common, strategy, app, machines, isReturn },
      { deployAfter },
    );
    const drained = service && declareDrained(name, service, waitSeconds, deployment);
    return [
      {
        name,
        place: worker.app,
        host: "fly",
        deployment,
        settled: [deployment, ...(drained ? [drained] : [])],
      },
    ];
  });
}

/** The service of a worker that runs on Fly.io, where it may have run before. */
function declareDrained(
  name: string,
  { environment, serviceId, name: service }: Service,
  waitSeconds: number,
  dependsOn: pulumi.Resource,
): RailwayDrained {
  return new RailwayDrained(
    `${name}-railway-drained`,
    { environment, serviceId, service, waitSeconds },
    { dependsOn },
  );
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

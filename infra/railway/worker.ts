import * as pulumi from "@pulumi/pulumi";
import type { ReplicaLimits } from "./limits.ts";
import type { Service } from "./resources.ts";
import { Deployment, Variables } from "./resources.ts";
import { serviceConfigOf } from "./service-config.ts";

export interface WorkerArgs {
  readonly service: Service;
  /** Id of the project. */
  readonly project: string;
  /** Regions of the replicas; absent: the project's. Changing them deploys again. */
  readonly regions?: readonly string[] | undefined;
  /** The most that a replica may use; absent: what the plan allows. */
  readonly limits?: ReplicaLimits | undefined;
  /** Path of the worker's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Text of that file as the release has it: command, variables, health check and stop time come from there. */
  readonly configText: string;
  /** How many replicas. */
  readonly count: number;
  /** Every secret of the worker, by the name of its variable. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Reference of the image to run, pinned by its digest. */
  readonly image: pulumi.Input<string>;
  /** Digest of what goes into that image in addition to the sources; a change deploys every worker. */
  readonly recipe?: string | undefined;
  /** Digest of this worker's own sources; a change deploys this worker and no other. */
  readonly sourceDigest: string;
  /** Limit for healthy replicas, in seconds. */
  readonly waitSeconds: number;
}

/** One worker on Railway: its variables, then its deployment, done when every replica is healthy and nothing else works. */
export class Worker extends pulumi.ComponentResource {
  readonly deployment: Deployment;

  constructor(
    name: string,
    args: WorkerArgs,
    opts?: pulumi.ComponentResourceOptions & { readonly deployAfter?: pulumi.Input<pulumi.Resource>[] },
  ) {
    super("rollout:railway:Worker", name, {}, opts);
    const { serviceId, environment, name: service } = args.service;
    const config = serviceConfigOf(args.configText, args.config);
    const place = { environment, serviceId };
    const variables = new Variables(
      `${name}-variables`,
      {
        ...{ ...place, service, project: args.project },
        // Each on its own: a preview then shows which of them change, though others are not known yet.
        values: {
          ...config.variables,
          ...Object.fromEntries(
            Object.entries(args.secrets).map(([secret, value]) => [secret, pulumi.secret(value)]),
          ),
        },
      },
      { parent: this },
    );
    this.deployment = new Deployment(
      `${name}-deployment`,
      {
        ...place,
        service,
        image: args.image,
        ...(config.startCommand === undefined ? {} : { startCommand: config.startCommand }),
        healthPath: config.healthPath,
        replicas: args.count,
        ...(args.regions === undefined ? {} : { regions: args.regions }),
        ...(args.limits === undefined ? {} : { limits: args.limits }),
        drainingSeconds: config.drainingSeconds,
        waitSeconds: args.waitSeconds,
        configDigest: config.digest,
        ...(args.recipe === undefined ? {} : { recipe: args.recipe }),
        sourceDigest: args.sourceDigest,
        variablesVersion: variables.version,
      },
      { parent: this, dependsOn: opts?.deployAfter ?? [] },
    );
    this.registerOutputs({});
  }
}

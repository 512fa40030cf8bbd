import * as pulumi from "@pulumi/pulumi";
import { digest } from "../shared/digest.ts";
import type { App } from "./resources.ts";
import { AppSecrets, Deployment } from "./resources.ts";
import type { MachineSettings } from "./fly-config.ts";
import type { Strategy } from "./strategy.ts";
import { primaryRegionOf, withMachineSettings } from "./fly-config.ts";

export interface WorkerArgs {
  /** The app; made by the caller, because the image needs one app's registry before any worker is deployed. */
  readonly app: App;
  /** Path of the app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Text of that file as the release has it. A change deploys again. */
  readonly configText: string;
  /** How many machines, where and of which size; what is absent is as in the file, and one machine. */
  readonly machines: {
    readonly count: number;
    readonly regions?: readonly string[] | undefined;
    readonly size?: Omit<MachineSettings, "primaryRegion"> | undefined;
  };
  /** Every secret of the app, by the name of its variable. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Reference of the image to run. */
  readonly image: pulumi.Input<string>;
  /** Digest of what goes into that image in addition to the sources; a change deploys every worker. */
  readonly recipe?: string | undefined;
  /** Digest of this worker's own sources; a change deploys this worker and no other. */
  readonly sourceDigest: string;
  readonly strategy: Strategy;
  /** Limit for the deployment and, again, for healthy machines; in seconds. */
  readonly waitSeconds: number;
  /** Whether it restores an earlier release. */
  readonly isReturn: boolean;
}

/** One worker: its secrets, then its deployment, done when every machine is healthy. */
export class Worker extends pulumi.ComponentResource {
  readonly deployment: Deployment;

  constructor(
    name: string,
    args: WorkerArgs,
    opts?: pulumi.ComponentResourceOptions & { readonly deployAfter?: pulumi.Input<pulumi.Resource>[] },
  ) {
    super("rollout:fly:Worker", name, {}, opts);
    const secrets = new AppSecrets(
      `${name}-secrets`,
      {
        app: args.app.name,
        // Each on its own: a preview then shows which of them change, though others are not known yet.
        values: Object.fromEntries(
          Object.entries(args.secrets).map(([secret, value]) => [secret, pulumi.secret(value)]),
        ),
      },
      { parent: this },
    );
    const { count, regions, size } = args.machines;
    const machineSettings: MachineSettings = { ...size, ...(regions ? { primaryRegion: regions[0] } : {}) };
    const config = withMachineSettings(args.configText, machineSettings, args.config);
    this.deployment = new Deployment(
      `${name}-deployment`,
      {
        app: args.app.name,
        config: args.config,
        configText: args.configText,
        configDigest: digest(config),
        machineSettings,
        count,
        regions: regions ?? [primaryRegionOf(config, args.config)],
        image: args.image,
        ...(args.recipe === undefined ? {} : { recipe: args.recipe }),
        sourceDigest: args.sourceDigest,
        secretsVersion: secrets.version,
        minSecretsVersion: secrets.minVersion,
        strategy: args.strategy,
        waitSeconds: args.waitSeconds,
        ...(args.isReturn ? { isReturn: true } : {}),
      },
      { parent: this, dependsOn: opts?.deployAfter ?? [] },
    );
    this.registerOutputs({});
  }
}

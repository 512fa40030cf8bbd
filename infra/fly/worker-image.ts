import * as pulumi from "@pulumi/pulumi";
import { pinned } from "./image-reference.ts";
import { Image } from "./resources.ts";

export interface WorkerImageArgs {
  /** App whose registry holds the image; every app of the same organization can run it. */
  readonly app: pulumi.Input<string>;
  /** Path of that app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** The image's tag. */
  readonly label: string;
  /** Limit for the build, in seconds. */
  readonly waitSeconds: number;
  /** Whether this stack builds such images, or looks up what another one built. */
  readonly step: "build" | "lookup";
  /** Command that builds this one, where that cannot be done here; absent to build it here. */
  readonly builtBy?: string | undefined;
}

/**
 * The one image of both workers, built once and named by what is in it: the same sources are the same image, whatever
 * the commit.
 */
export class WorkerImage extends pulumi.ComponentResource {
  /** `registry.fly.io/<app>:content-<digest>@sha256:<digest>` */
  readonly reference: pulumi.Output<string>;
  /** What an attempt reports of the image: its digest alone, since GitHub keeps 140 characters. */
  readonly receipt: pulumi.Output<string>;
  /** Digest that the registry has it under. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: WorkerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:fly:WorkerImage", name, {}, opts);
    const { app, config, dockerfile, waitSeconds, builtBy, step } = args;
    const image = new Image(
      // Where another stack builds it, the output shall not show that it was built.
      `${name}-${step}`,
      {
        ...{ app, config, dockerfile, waitSeconds },
        label: args.label,
        ...(builtBy === undefined ? {} : { builtBy }),
      },
      { parent: this },
    );
    this.reference = pulumi
      .all([image.reference, image.imageDigest])
      .apply(([reference, digest]) => pinned(reference, digest));
    this.receipt = image.imageDigest.apply((digest) => `image ${digest}`);
    this.digest = image.imageDigest;
    this.registerOutputs({ reference: this.reference });
  }
}

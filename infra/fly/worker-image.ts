import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { digest, shortDigest } from "../shared/digest.ts";
import { imageReceipt } from "../rollout/record.ts";
import { Image } from "./resources.ts";

export interface WorkerImageArgs {
  /** App whose registry holds the image; every app of the same organization can run it. */
  readonly app: pulumi.Input<string>;
  /** Path of that app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** Digests of the sources of everything in the image. A change of one is another image. */
  readonly sourceDigests: readonly string[];
  /** Limit for the build, in seconds. */
  readonly waitSeconds: number;
  /** Command that builds it, where another stack does; absent to build it here. */
  readonly builtBy?: string | undefined;
}

type Contents = Pick<WorkerImageArgs, "dockerfile" | "sourceDigests">;

/** The tag of an image with these contents. */
function labelOf({ dockerfile, sourceDigests }: Contents): string {
  return `content-${shortDigest(digest([...sourceDigests, readFileSync(dockerfile, "utf8")]))}`;
}

/** `registry.fly.io/<app>:content-<digest>`: where an image with these contents is, whether it was built or not. */
export function workerImageReference(app: string, contents: Contents): string {
  return `registry.fly.io/${app}:${labelOf(contents)}`;
}

/**
 * The one image of both workers, built once and named by what is in it: the same sources are the same image, whatever
 * the commit.
 */
export class WorkerImage extends pulumi.ComponentResource {
  /** `registry.fly.io/<app>:content-<digest>` */
  readonly reference: pulumi.Output<string>;
  /** Names the image with the digest that the registry has it under. */
  readonly receipt: pulumi.Output<string>;

  constructor(name: string, args: WorkerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("atlaris:fly:WorkerImage", name, {}, opts);
    const { app, config, dockerfile, waitSeconds, builtBy } = args;
    const image = new Image(
      // Where another stack builds it, it is looked up only, and nobody shall read that it was built.
      `${name}-${builtBy === undefined ? "build" : "lookup"}`,
      {
        ...{ app, config, dockerfile, waitSeconds },
        label: labelOf(args),
        ...(builtBy === undefined ? {} : { builtBy }),
      },
      { parent: this },
    );
    this.reference = image.reference;
    this.receipt = image.imageDigest.apply(imageReceipt);
    this.registerOutputs({ reference: this.reference });
  }
}

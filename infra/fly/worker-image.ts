import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { digest, shortDigest } from "../shared/digest.ts";
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
}

/**
 * The one image of both workers, built once and named by what is in it: the same sources are the same image, whatever
 * the commit.
 */
export class WorkerImage extends pulumi.ComponentResource {
  /** `registry.fly.io/<app>:content-<digest>` */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, args: WorkerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("atlaris:fly:WorkerImage", name, {}, opts);
    const content = digest([...args.sourceDigests, readFileSync(args.dockerfile, "utf8")]);
    const { app, config, dockerfile, waitSeconds } = args;
    const image = new Image(
      `${name}-build`,
      { app, config, dockerfile, label: `content-${shortDigest(content)}`, waitSeconds },
      { parent: this },
    );
    this.reference = image.reference;
    this.registerOutputs({ reference: this.reference });
  }
}

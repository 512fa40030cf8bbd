import { readFileSync } from "node:fs";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { digest, shortDigest } from "../shared/digest.ts";

export interface WorkerImageArgs {
  /** App whose registry holds the image; every app of the same organization can run it. */
  readonly app: pulumi.Input<string>;
  /** Path of that app's fly.*.toml, from the project's folder. */
  readonly config: string;
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** Digests of the sources of everything in the image. A change of one builds a new image. */
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
    const label = `content-${shortDigest(content)}`;
    const build = new local.Command(
      `${name}-build`,
      {
        create: pulumi.interpolate`flyctl deploy --build-only --push --config ${args.config} --dockerfile ${args.dockerfile} --app ${args.app} --image-label ${label}`,
        triggers: [content],
      },
      {
        parent: this,
        customTimeouts: { create: `${String(args.waitSeconds)}s`, update: `${String(args.waitSeconds)}s` },
      },
    );
    // The build's own output is not the reference, so that a preview can show it; it is known when the build is done.
    this.reference = pulumi.all([args.app, build.stdout]).apply(([app]) => `registry.fly.io/${app}:${label}`);
    this.registerOutputs({ reference: this.reference });
  }
}

import type * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import { ModuleResource } from "../dynamic/resource.ts";
import type { AppInputs } from "./providers/app.ts";
import type { AppSecretsInputs } from "./providers/app-secrets.ts";
import type { DeploymentInputs } from "./providers/deployment.ts";
import type { ImageInputs } from "./providers/image.ts";

type Options = pulumi.CustomResourceOptions;

/** A Fly app. Its name and organization replace it, with its machines and secrets. */
export class App extends ModuleResource {
  declare readonly name: pulumi.Output<string>;
  constructor(name: string, args: Args<AppInputs>, opts?: Options) {
    super({ path: "fly/app" }, name, args, opts);
  }
}

/** All secrets of an app; they reach its machines with the next deployment. */
export class AppSecrets extends ModuleResource {
  /** Changes when any secret was set anew. */
  declare readonly version: pulumi.Output<string>;
  declare readonly minVersion: pulumi.Output<number>;
  constructor(name: string, args: Args<AppSecretsInputs>, opts?: Options) {
    super(
      { path: "fly/app-secrets", outputs: ["digests", "version", "minVersion"], secretOutputs: ["values"] },
      name,
      args,
      opts,
    );
  }
}

/** A deployment of an app, done when every machine runs it and is healthy. */
export class Deployment extends ModuleResource {
  declare readonly machines: pulumi.Output<readonly string[]>;
  declare readonly image: pulumi.Output<string>;
  declare readonly sourceDigest: pulumi.Output<string>;
  declare readonly deployedAt: pulumi.Output<string | undefined>;
  constructor(name: string, args: Args<DeploymentInputs>, opts?: Options) {
    const outputs = ["machines", "running", "deployedAt", "imageDigest"];
    super({ path: "fly/deployment", outputs }, name, args, opts);
  }
}

/** An image in Fly's registry, built where the registry does not have it yet. Another content replaces it. */
export class Image extends ModuleResource {
  declare readonly reference: pulumi.Output<string>;
  declare readonly imageDigest: pulumi.Output<string>;
  constructor(name: string, args: Args<ImageInputs>, opts?: Options) {
    super({ path: "fly/image", outputs: ["reference", "imageDigest"] }, name, args, opts);
  }
}

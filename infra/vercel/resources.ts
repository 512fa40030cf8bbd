import type * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import { ModuleResource } from "../dynamic/resource.ts";
import type { DeploymentInputs } from "./providers/deployment.ts";
import type { ProjectSettingsInputs } from "./providers/project-settings.ts";
import type { ProtectionBypassInputs } from "./providers/protection-bypass.ts";
import type { VariableInputs } from "./providers/variable.ts";
import type { LiveInputs } from "./providers/live.ts";

type Options = pulumi.CustomResourceOptions;

/** A built deployment that is not live. Every change of what it holds makes another one. */
export class Deployment extends ModuleResource {
  declare readonly deploymentId: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string>;
  constructor(name: string, args: Args<DeploymentInputs>, opts?: Options) {
    super(
      { path: "vercel/deployment", outputs: ["deploymentId", "host"], secretOutputs: ["variables"] },
      name,
      args,
      opts,
    );
  }
}

/** Which deployment answers at the environment's address. A new address replaces it. */
export class Live extends ModuleResource {
  declare readonly url: pulumi.Output<string>;
  declare readonly deploymentId: pulumi.Output<string>;
  declare readonly assignedAt: pulumi.Output<string>;
  constructor(name: string, args: Args<LiveInputs>, opts?: Options) {
    super(
      { path: "vercel/live", outputs: ["url", "assignedAt"], secretOutputs: ["protectionBypass"] },
      name,
      args,
      opts,
    );
  }
}

/** A secret that passes the project's deployment protection. Another version replaces it. */
export class ProtectionBypass extends ModuleResource {
  /** Secret. */
  declare readonly secret: pulumi.Output<string>;
  constructor(name: string, args: Args<ProtectionBypassInputs>, opts?: Options) {
    super(
      { path: "vercel/protection-bypass", outputs: ["secret"], secretOutputs: ["secret"] },
      name,
      args,
      opts,
    );
  }
}

/** How a project behaves. They stay with the project. */
export class ProjectSettings extends ModuleResource {
  constructor(name: string, args: Args<ProjectSettingsInputs>, opts?: Options) {
    super({ path: "vercel/project-settings" }, name, args, opts);
  }
}

/** A variable of a project. Another key or target replaces it. */
export class Variable extends ModuleResource {
  constructor(name: string, args: Args<VariableInputs>, opts?: Options) {
    super(
      { path: "vercel/variable", outputs: ["variableId", "updatedAt"], secretOutputs: ["value"] },
      name,
      args,
      opts,
    );
  }
}

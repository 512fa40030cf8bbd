import { defineResource } from "../dynamic/resource.ts";
import type { FileDigests } from "./file-digests.ts";
import type { DeploymentInputs } from "./providers/deployment.ts";
import type { ProjectSettingsInputs } from "./providers/project-settings.ts";
import type { ProtectionBypassInputs } from "./providers/protection-bypass.ts";
import type { VariableInputs } from "./providers/variable.ts";
import type { LiveInputs } from "./providers/live.ts";

/** A built deployment that is not live. Every change of what it holds makes another one. */
export const Deployment = defineResource<
  DeploymentInputs,
  {
    readonly deploymentId: string;
    readonly host: string;
    /** What was uploaded for it; undefined of one that an earlier version made. */
    readonly files: FileDigests | undefined;
  }
>("vercel/deployment", { outputs: ["deploymentId", "host", "files"], secretOutputs: ["variables"] });
export type Deployment = InstanceType<typeof Deployment>;

/** Which deployment answers at the environment's address. A new address replaces it. */
export const Live = defineResource<
  LiveInputs,
  {
    readonly url: string;
    readonly deploymentId: string;
    readonly assignedAt: string;
  }
>("vercel/live", { outputs: ["url", "assignedAt"], secretOutputs: ["protectionBypass"] });
export type Live = InstanceType<typeof Live>;

/** A secret that passes the project's deployment protection. Another version replaces it. */
export const ProtectionBypass = defineResource<
  ProtectionBypassInputs,
  {
    /** Secret. */
    readonly secret: string;
  }
>("vercel/protection-bypass", { outputs: ["secret"], secretOutputs: ["secret"] });
export type ProtectionBypass = InstanceType<typeof ProtectionBypass>;

/** How a project behaves. They stay with the project. */
export const ProjectSettings = defineResource<ProjectSettingsInputs>("vercel/project-settings");
export type ProjectSettings = InstanceType<typeof ProjectSettings>;

/** A variable of a project. Another key or target replaces it. */
export const Variable = defineResource<VariableInputs>("vercel/variable", {
  outputs: ["variableId", "updatedAt"],
  secretOutputs: ["value"],
});
export type Variable = InstanceType<typeof Variable>;

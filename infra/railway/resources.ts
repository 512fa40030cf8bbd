import { defineResource } from "../dynamic/resource.ts";
import type { DeploymentInputs } from "./providers/deployment.ts";
import type { DrainedInputs } from "./providers/drained.ts";
import type { ServiceInputs } from "./providers/service.ts";
import type { VariablesInputs } from "./providers/variables.ts";

/** A service of a Railway project. Its project, environment and name replace it, with its deployments and variables. */
export const Service = defineResource<
  ServiceInputs,
  { readonly environment: string; readonly name: string; readonly serviceId: string }
>("railway/service", { outputs: ["serviceId"] });
export type Service = InstanceType<typeof Service>;

/** All variables of a service; they reach its replicas with the next deployment. */
export const Variables = defineResource<
  VariablesInputs,
  {
    /** Changes when they were set again. */
    readonly version: string;
  }
>("railway/variables", { outputs: ["version"], secretOutputs: ["values"] });
export type Variables = InstanceType<typeof Variables>;

/** A deployment of a service, done when every replica runs it and is healthy. */
export const Deployment = defineResource<
  DeploymentInputs,
  {
    readonly machines: readonly string[];
    readonly image: string;
    readonly sourceDigest: string;
    readonly deployedAt: string | undefined;
  }
>("railway/deployment", { outputs: ["machines", "deploymentId", "deployedAt", "imageDigest"] });
export type Deployment = InstanceType<typeof Deployment>;

/** A service without a deployment, whose worker runs on another host. */
export const Drained = defineResource<DrainedInputs>("railway/drained");
export type Drained = InstanceType<typeof Drained>;

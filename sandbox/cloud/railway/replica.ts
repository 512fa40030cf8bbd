import { join } from "node:path";
import { searchPath } from "../fly/builder/run-environment.ts";
import { insideImage } from "../fly/machine/process.ts";
import type { ProcessOptions } from "../process-keeper.ts";
import type { PulledImage } from "./registry.ts";
import type { Deployment, Replica } from "./state.ts";

/** Of the log of one replica: with the service's name, so that `bin/sandbox logs SERVICE` finds it. */
export const logNameOf = ({ serviceName, id }: Deployment, replica: Replica): string =>
  `${serviceName}-${id.slice(0, 8)}-${replica.id.slice(0, 8)}`;

/**
 * How a replica's program is started on this host: in the image's files, with the image's variables, the service's and those
 * that Railway gives. Each replica has a port of its own as PORT, since all share the loopback of one host.
 */
export function planReplica(
  deployment: Deployment,
  replica: Replica,
  image: PulledImage,
  port: number,
): ProcessOptions {
  const { config, variables } = deployment;
  const { env: imageEnv, entrypoint, cmd, workdir } = image.config;
  // A start command takes the place of the entry point too, without a shell (docs.railway.com/deployments/start-command).
  const line = config.startCommand?.trim().split(/\s+/) ?? [...entrypoint, ...cmd];
  const [command = "", ...args] = line.map((word) =>
    word.startsWith("/") ? insideImage(word, image.rootfs) : word,
  );
  const env: Record<string, string> = {
    ...imageEnv,
    ...variables,
    RAILWAY_PROJECT_ID: deployment.projectId,
    RAILWAY_ENVIRONMENT_ID: deployment.environmentId,
    RAILWAY_SERVICE_ID: deployment.serviceId,
    RAILWAY_SERVICE_NAME: deployment.serviceName,
    RAILWAY_DEPLOYMENT_ID: deployment.id,
    RAILWAY_REPLICA_ID: replica.id,
    RAILWAY_REPLICA_REGION: replica.region,
    PORT: String(port),
  };
  // What would listen everywhere listens on this host's loopback only.
  for (const [name, value] of Object.entries(env))
    if (value === "0.0.0.0" || value === "::") env[name] = "127.0.0.1";
  env["PATH"] = searchPath(imageEnv["PATH"] ?? "", image.rootfs);
  return { name: logNameOf(deployment, replica), command, args, cwd: join(image.rootfs, workdir), env };
}

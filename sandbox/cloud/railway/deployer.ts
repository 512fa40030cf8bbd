import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatorContext } from "../emulator.ts";
import type { KeptProcess } from "../process-keeper.ts";
import type { Store } from "../store.ts";
import { pullImage, type PulledImage } from "./registry.ts";
import { logNameOf, planReplica } from "./replica.ts";
import {
  activeDeployments,
  type Deployment,
  type DeploymentStatus,
  type RailwayState,
  regionsOf,
  type Replica,
  type ServiceInstance,
} from "./state.ts";

/** Runs deployments: each replica is a process of this host. */
export interface Deployer {
  /** Begins a deployment of the service as it is configured now, and returns at once. */
  deploy(instance: ServiceInstance, service: { name: string; projectId: string }): Promise<Deployment>;
  /** SIGTERM to every replica, SIGKILL after the draining time; returns at once, with the deployment REMOVING. */
  remove(deployment: Deployment): Promise<void>;
  /** Starts again what ran before the clouds were stopped. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** In seconds, where the service sets none (docs.railway.com/deployments/healthchecks). */
const defaultHealthTimeout = 300;
const firstBackoff = 200;
const longestBackoff = 5_000;

export function openDeployer(context: EmulatorContext, store: Store<RailwayState>): Deployer {
  const { state } = store;
  /** By the id of a replica. */
  const running = new Map<string, KeptProcess>();
  const restarts = new Set<NodeJS.Timeout>();
  let closing = false;

  const move = async (deployment: Deployment, status: DeploymentStatus): Promise<void> => {
    deployment.status = status;
    deployment.statusUpdatedAt = new Date().toISOString();
    if (status === "REMOVED" || status === "FAILED") deployment.variables = {};
    await store.commit();
  };
  const isWanted = ({ status }: Deployment): boolean =>
    !closing && ["INITIALIZING", "DEPLOYING", "SUCCESS", "CRASHED"].includes(status);
  const note = (deployment: Deployment, line: string): void => {
    for (const replica of deployment.replicas)
      appendFileSync(context.processes.logFile(logNameOf(deployment, replica)), `${line}\n`);
    context.log(`deployment ${deployment.id} of ${deployment.serviceName}: ${line}`);
  };
  const inBackground = (deployment: Deployment, work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      context.log(`deployment ${deployment.id} of ${deployment.serviceName}: ${String(error)}`);
    });
  };

  const start = async (deployment: Deployment, replica: Replica, image: PulledImage): Promise<void> => {
    replica.port = await context.freePort();
    const kept = context.processes.start(planReplica(deployment, replica, image, replica.port));
    running.set(replica.id, kept);
    replica.status = "RUNNING";
    await store.commit();
    void kept.exited.then(async ({ code }) => {
      if (running.get(replica.id) !== kept) return;
      running.delete(replica.id);
      if (isWanted(deployment)) await ended(deployment, replica, image, code !== 0);
    });
  };

  /** The program has ended without being asked to: the restart policy decides (docs.railway.com/deployments/restart-policy). */
  const ended = async (
    deployment: Deployment,
    replica: Replica,
    image: PulledImage,
    hasFailed: boolean,
  ): Promise<void> => {
    const { restartPolicyType: policy, restartPolicyMaxRetries: most } = deployment.config;
    const again = policy === "ALWAYS" || (policy === "ON_FAILURE" && hasFailed && replica.restarts < most);
    replica.status = again ? "RESTARTING" : hasFailed ? "CRASHED" : "EXITED";
    replica.restarts += 1;
    if (!again && hasFailed && deployment.status === "SUCCESS") await move(deployment, "CRASHED");
    await store.commit();
    if (!again) return;
    const delay = Math.min(longestBackoff, firstBackoff * 2 ** (replica.restarts - 1));
    const timer = setTimeout(() => {
      restarts.delete(timer);
      if (isWanted(deployment)) inBackground(deployment, () => start(deployment, replica, image));
    }, delay);
    restarts.add(timer);
  };

  const stopReplicas = async (deployment: Deployment, milliseconds: number): Promise<void> => {
    await Promise.all(
      deployment.replicas.map(async (replica) => {
        const kept = running.get(replica.id);
        running.delete(replica.id);
        await kept?.stop("SIGTERM", milliseconds);
        if (!closing) replica.status = "REMOVED";
      }),
    );
  };

  const drain = async (deployment: Deployment): Promise<void> => {
    await stopReplicas(deployment, (deployment.config.drainingSeconds ?? 0) * 1_000);
    if (!closing) await move(deployment, "REMOVED");
  };

  const isHealthy = async ({ config, replicas }: Deployment): Promise<boolean> => {
    const answers = replicas.map(async ({ port, status }) => {
      if (status !== "RUNNING" || port === undefined) return false;
      if (config.healthcheckPath === undefined) return true;
      const answer = await fetch(`http://127.0.0.1:${port}${config.healthcheckPath}`, {
        signal: AbortSignal.timeout(2_000),
      });
      await answer.arrayBuffer();
      return answer.status === 200;
    });
    return (await Promise.allSettled(answers)).every((each) => each.status === "fulfilled" && each.value);
  };

  /** Until the health check passes; after that Railway asks no more. */
  const waitForHealth = async (deployment: Deployment): Promise<boolean> => {
    const limit = (deployment.config.healthcheckTimeout ?? defaultHealthTimeout) * 1_000;
    for (const deadline = Date.now() + limit; Date.now() < deadline && isWanted(deployment);) {
      if (await isHealthy(deployment)) return true;
      if (deployment.replicas.some(({ status }) => status === "CRASHED" || status === "EXITED")) return false;
      await sleep(100);
    }
    return false;
  };

  const carryOut = async (deployment: Deployment): Promise<void> => {
    const { config, environmentId, serviceId } = deployment;
    try {
      const image = await pullImage(context, config.image ?? "", config.registryCredentials);
      await move(deployment, "DEPLOYING");
      for (const replica of deployment.replicas)
        if (isWanted(deployment)) await start(deployment, replica, image);
    } catch (error) {
      note(deployment, (error as Error).message);
      await move(deployment, "FAILED");
      return;
    }
    const isGood = await waitForHealth(deployment);
    // Another one has taken its place meanwhile, or it was removed.
    if (!isWanted(deployment)) return;
    if (!isGood) {
      note(deployment, "Healthcheck failed!");
      await move(deployment, "FAILED");
      await stopReplicas(deployment, 0);
      await store.commit();
      return;
    }
    const before = activeDeployments(state, environmentId, serviceId);
    await move(deployment, "SUCCESS");
    await sleep((config.overlapSeconds ?? 0) * 1_000);
    for (const each of before) await remove(each);
  };

  const startAgain = async (deployment: Deployment): Promise<void> => {
    const { image, registryCredentials } = deployment.config;
    const pulled = await pullImage(context, image ?? "", registryCredentials);
    for (const replica of deployment.replicas) await start(deployment, replica, pulled);
  };

  const remove = async (deployment: Deployment): Promise<void> => {
    if (["REMOVING", "REMOVED", "FAILED"].includes(deployment.status)) return;
    await move(deployment, "REMOVING");
    inBackground(deployment, () => drain(deployment));
  };

  return {
    deploy: async ({ serviceId, environmentId, config, variables }, { name, projectId }) => {
      const now = new Date().toISOString();
      const deployment: Deployment = {
        id: randomUUID(),
        ...{ serviceId, environmentId, projectId },
        serviceName: name,
        createdAt: now,
        config: { ...config },
        variables: { ...variables },
        status: "INITIALIZING",
        statusUpdatedAt: now,
        replicas: regionsOf(config).map((region) => ({
          ...{ id: randomUUID(), region },
          status: "INITIALIZING",
          restarts: 0,
        })),
      };
      state.deployments[deployment.id] = deployment;
      await store.commit();
      inBackground(deployment, () => carryOut(deployment));
      return deployment;
    },
    remove,
    restore: async () => {
      for (const deployment of Object.values(state.deployments)) {
        if (deployment.status === "REMOVING") await drain(deployment);
        if (deployment.status === "INITIALIZING" || deployment.status === "DEPLOYING")
          inBackground(deployment, () => carryOut(deployment));
        if (deployment.status === "SUCCESS") inBackground(deployment, () => startAgain(deployment));
      }
    },
    close: async () => {
      closing = true;
      for (const timer of restarts) clearTimeout(timer);
      await Promise.all(
        Object.values(state.deployments).map((each) =>
          stopReplicas(each, (each.config.drainingSeconds ?? 0) * 1_000),
        ),
      );
    },
  };
}

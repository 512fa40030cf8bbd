import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Cluster, startCluster } from "../postgres/cluster.ts";
import type { Installation } from "../postgres/installation.ts";
import type { ProcessKeeper } from "../process-keeper.ts";
import type { EndpointState } from "./state.ts";

/** The server of each branch that has an endpoint. */
export interface Computes {
  /** Where the data of a branch is. */
  folder(branchId: string): string;
  /** The server of a branch; undefined when it has none, or it is down. */
  running(branchId: string): Cluster | undefined;
  /** The same for whoever is about to touch its data: a server that is being started again is waited for. */
  settled(branchId: string): Promise<Cluster | undefined>;
  /** Starts the server of a branch and, from then on, starts it again whenever it ends by itself. */
  start(endpoint: EndpointState): Promise<Cluster>;
  /** As `start`, for a server that ran before: one that does not come up now is tried again until it does. */
  bringBack(endpoint: EndpointState): Promise<void>;
  stop(branchId: string): Promise<void>;
  /** Removes the data of a branch for ever. */
  remove(branchId: string): Promise<void>;
  stopAll(): Promise<void>;
}

const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;
const settledWithinMilliseconds = 60_000;

export function openComputes(
  installation: Installation,
  processes: ProcessKeeper,
  log: (line: string) => void,
): Computes {
  const clusters = new Map<string, Cluster>();
  /** Branches whose server is to run. */
  const wanted = new Set<string>();
  const starting = new Map<string, Promise<Cluster>>();

  const folder = (branchId: string): string => join(installation.folder, "clusters", branchId);

  async function launch(endpoint: EndpointState): Promise<Cluster> {
    const { branchId, port } = endpoint;
    const name = `neon-${branchId}`;
    const cluster = await startCluster({ installation, processes, name, folder: folder(branchId), port });
    clusters.set(branchId, cluster);
    void cluster.exited.then(() => {
      if (clusters.get(branchId) === cluster) clusters.delete(branchId);
      if (!wanted.has(branchId)) return;
      log(`PostgreSQL of ${branchId} ended by itself; it is started again`);
      void launchUntilUp(endpoint);
    });
    return cluster;
  }

  const launchOnce = (endpoint: EndpointState): Promise<Cluster> => {
    const { branchId } = endpoint;
    const running = clusters.get(branchId);
    if (running) return Promise.resolve(running);
    const launching = starting.get(branchId) ?? launch(endpoint).finally(() => starting.delete(branchId));
    starting.set(branchId, launching);
    return launching;
  };

  async function launchUntilUp(endpoint: EndpointState): Promise<void> {
    let pause = firstPauseMilliseconds;
    while (wanted.has(endpoint.branchId)) {
      try {
        await launchOnce(endpoint);
        return;
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
      }
      await delay(pause, undefined, { ref: false });
      pause = Math.min(pause * 2, longestPauseMilliseconds);
    }
  }

  const stop = async (branchId: string): Promise<void> => {
    wanted.delete(branchId);
    await starting.get(branchId)?.catch(() => undefined);
    await clusters.get(branchId)?.stop();
    clusters.delete(branchId);
  };

  return {
    folder,
    running: (branchId) => clusters.get(branchId),
    settled: async (branchId) => {
      const deadline = Date.now() + settledWithinMilliseconds;
      while (wanted.has(branchId) && !clusters.has(branchId)) {
        if (Date.now() > deadline)
          throw new Error(
            `the compute of branch ${branchId} does not come up: ${processes.logFile(`neon-${branchId}`)}`,
          );
        await delay(20);
      }
      return clusters.get(branchId);
    },
    start: async (endpoint) => {
      wanted.add(endpoint.branchId);
      try {
        return await launchOnce(endpoint);
      } catch (error) {
        wanted.delete(endpoint.branchId);
        throw error;
      }
    },
    bringBack: async (endpoint) => {
      wanted.add(endpoint.branchId);
      try {
        await launchOnce(endpoint);
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        void launchUntilUp(endpoint);
      }
    },
    stop,
    remove: async (branchId) => {
      await stop(branchId);
      rmSync(folder(branchId), { recursive: true, force: true });
    },
    stopAll: async () => {
      await Promise.all([...new Set([...wanted, ...starting.keys(), ...clusters.keys()])].map(stop));
    },
  };
}

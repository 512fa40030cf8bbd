import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, startCluster } from "../postgres/cluster.ts";
import { archiving } from "../postgres/configuration.ts";
import { copyRunning } from "../postgres/copy-cluster.ts";
import { History } from "../postgres/history.ts";
import type { Installation } from "../postgres/installation.ts";
import type { ProcessKeeper } from "../process-keeper.ts";
import { ClusterSql } from "./cluster-sql.ts";
import { dataOf, isRoot, type BranchState } from "./state.ts";

/** The servers, at most one a branch, and the folders with the branches' data. */
export interface Computes {
  /** Where data is; a branch names its own. */
  folder(dataId: string): string;
  /** The past of data, which is kept for root branches only. */
  history(dataId: string): Past;
  /** What the control plane changes in a server. */
  sql(running: Cluster): Sql;
  /** Copies the data of a running server into a folder. */
  copy(running: Cluster, folder: string): Promise<unknown>;
  /** The server of a branch; undefined when it has none, or it sleeps, or it is down. */
  running(branchId: string): Cluster | undefined;
  /** Starts the server of a branch, unless it runs. */
  start(branch: BranchState): Promise<Cluster>;
  stop(branchId: string): Promise<void>;
  /** Runs `work` while no other call starts or stops the server of this branch. */
  exclusively<Result>(
    branchId: string,
    work: (running: Cluster | undefined) => Promise<Result>,
  ): Promise<Result>;
  /** Removes data and its past for ever. */
  remove(dataId: string): void;
  stopAll(): Promise<void>;
}

/** The statements of the control plane. */
export type Sql = Pick<ClusterSql, keyof ClusterSql>;

/** What is kept of the past of a branch. */
export type Past = Pick<History, keyof History>;

export function openComputes(
  installation: Installation,
  processes: ProcessKeeper,
  administratorPassword: string,
  ended: (branchId: string) => void,
): Computes {
  const clusters = new Map<string, Cluster>();
  const turns = new Map<string, Promise<unknown>>();

  const folder = (dataId: string): string => join(installation.folder, "clusters", dataId);
  const historyFolder = (dataId: string): string => join(installation.folder, "history", dataId);
  const history = (dataId: string): History => new History(installation, historyFolder(dataId));

  function exclusively<Result>(
    branchId: string,
    work: (running: Cluster | undefined) => Promise<Result>,
  ): Promise<Result> {
    const result = (turns.get(branchId) ?? Promise.resolve()).then(() => work(clusters.get(branchId)));
    const turn = result
      .catch(() => undefined)
      .finally(() => {
        if (turns.get(branchId) === turn) turns.delete(branchId);
      });
    turns.set(branchId, turn);
    return result;
  }

  async function launch(branch: BranchState): Promise<Cluster> {
    const dataId = dataOf(branch);
    const past = history(dataId);
    if (isRoot(branch)) await past.prepare();
    const cluster = await startCluster({
      installation,
      processes,
      name: `neon-${branch.id}`,
      folder: folder(dataId),
      settings: isRoot(branch) ? archiving(`../../history/${dataId}/log`) : [],
    });
    clusters.set(branch.id, cluster);
    void cluster.exited.then(() => {
      if (clusters.get(branch.id) !== cluster) return;
      clusters.delete(branch.id);
      ended(branch.id);
    });
    return cluster;
  }

  const stop = (branchId: string): Promise<void> =>
    exclusively(branchId, async (cluster) => {
      clusters.delete(branchId);
      await cluster?.stop();
    });

  return {
    folder,
    history,
    sql: (running) => new ClusterSql(running, administratorPassword),
    copy: (running, to) => copyRunning(installation, running, administratorPassword, to),
    running: (branchId) => clusters.get(branchId),
    start: (branch) =>
      exclusively(branch.id, (running) => (running ? Promise.resolve(running) : launch(branch))),
    stop,
    exclusively,
    remove: (dataId) => {
      for (const each of [folder(dataId), historyFolder(dataId)])
        rmSync(each, { recursive: true, force: true });
    },
    stopAll: async () => {
      await Promise.all([...new Set([...turns.keys(), ...clusters.keys()])].map(stop));
    },
  };
}

import { join } from "node:path";
import type { OpenServers } from "../cloud/neon/servers.ts";
import type { Computes, Past, Sql } from "../cloud/neon/computes.ts";
import type { Cluster } from "../cloud/postgres/cluster.ts";

const nothing = (): Promise<void> => Promise.resolve();

/** A server that takes every statement. */
const sql: Sql = {
  putRole: nothing,
  putDatabase: nothing,
  alterDatabase: nothing,
  catalog: () => Promise.resolve({ roles: [], databases: [] }),
  isWorking: () => Promise.resolve(false),
  lsn: () => Promise.resolve(somewhere),
  dropDatabase: nothing,
  dropRole: nothing,
  removeRows: nothing,
};

/** A place in a log of PostgreSQL. */
const somewhere = "0/1949F48";

/**
 * Branches without PostgreSQL: the control plane decides, keeps and answers as always, and what it would do to a server is
 * left out. A replay compares answers alone, and a server would cost it seconds for each branch.
 */
export const openNoServers: OpenServers = ({ context }) => {
  const running = new Map<string, Cluster>();
  const folder = (dataId: string): string => join(context.dataFolder, "clusters", dataId);
  const past: Past = {
    folder: context.dataFolder,
    log: context.dataFolder,
    prepare: nothing,
    beginWithTemplate: () => undefined,
    addBase: nothing,
    // Every moment since the beginning is there.
    bases: () => [{ folder: context.dataFolder, since: 0 }],
    needsBase: () => false,
    prune: () => undefined,
    firstPosition: () => 0n,
  };
  const computes: Computes = {
    folder,
    history: () => past,
    sql: () => sql,
    copy: nothing,
    running: (branchId) => running.get(branchId),
    start: (branch) => {
      const known = running.get(branch.id) ?? {
        folder: folder(branch.id),
        port: 0,
        since: new Date().toISOString(),
        exited: new Promise(() => undefined),
        stop: nothing,
      };
      running.set(branch.id, known);
      return Promise.resolve(known);
    },
    stop: (branchId) => {
      running.delete(branchId);
      return Promise.resolve();
    },
    exclusively: (branchId, work) => work(running.get(branchId)),
    remove: () => undefined,
    stopAll: () => {
      running.clear();
      return Promise.resolve();
    },
  };
  return Promise.resolve({
    installation: { folder: context.dataFolder },
    computes,
    data: {
      fillNew: nothing,
      fill: (_branch, { branchId }) => Promise.resolve(running.has(branchId) ? { lsn: somewhere } : {}),
    },
  });
};

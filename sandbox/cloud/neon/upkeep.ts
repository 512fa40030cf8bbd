import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endLeftovers } from "../postgres/leftovers.ts";
import type { Computes } from "./computes.ts";
import { type ControlPlane, branchesOf } from "./control-plane.ts";
import { hasExpired, markDeleted } from "./expiry.ts";
import type { Gateway } from "./gateway.ts";
import type { Servers } from "./servers.ts";
import type { Sleep } from "./sleep.ts";
import { dataOf, isRoot, type NeonState } from "./state.ts";

const sweepMilliseconds = 1_000;
const historyMilliseconds = 60_000;

/** What Neon does automatically, in the background. */
export interface Upkeep {
  start(): void;
  stop(): Promise<void>;
}

export function openUpkeep(
  plane: ControlPlane,
  gateway: Gateway,
  sleep: Sleep,
  log: (line: string) => void,
): Upkeep {
  const { store, operations, computes } = plane;
  const { state } = store;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  let historyKeptAt = Date.now();

  /** Deletes the branches whose time is over; a busy project waits for the next round. */
  async function deleteExpired(): Promise<void> {
    for (const project of state.projects)
      for (const branch of branchesOf(project))
        if (hasExpired(branch) && !operations.isBusy(project)) {
          log(`branch ${branch.name} (${branch.id}) has expired and is deleted`);
          await plane.change(project, () => ({
            steps: markDeleted(project, branch),
            answer: () => undefined,
          }));
        }
  }

  /** Keeps no more of the past than the project's history window, and bases that it can be made from. */
  async function keepHistory(): Promise<void> {
    if (Date.now() - historyKeptAt < historyMilliseconds) return;
    historyKeptAt = Date.now();
    for (const project of state.projects) {
      const window = project.historyRetentionSeconds * 1000;
      for (const branch of branchesOf(project).filter(isRoot)) {
        if (operations.isBusy(project)) continue;
        const history = computes.history(dataOf(branch));
        if (history.needsBase(window))
          await computes.exclusively(branch.id, async (cluster) => {
            if (cluster) await history.addBase((base) => computes.copy(cluster, base));
          });
        if (!operations.isBusy(project)) history.prune(Date.now() - window);
      }
    }
  }

  const tasks = [deleteExpired, () => sleep.suspendIdle(gateway), keepHistory];
  const sweep = (): void => {
    round = round.then(async () => {
      for (const task of tasks)
        await task().catch((error: unknown) =>
          log(`upkeep: ${error instanceof Error ? error.message : String(error)}`),
        );
    });
  };

  return {
    start: () => {
      sweep();
      timer = setInterval(sweep, sweepMilliseconds).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

/** Removes data that belongs to no branch: what a kill left of a restore, a creation or a removal. */
export async function removeOrphans(
  installation: Servers["installation"],
  computes: Computes,
  state: NeonState,
): Promise<void> {
  const known = new Set(
    state.projects.flatMap(({ branches, operations }) => [
      ...branches.map(dataOf),
      // What an unfinished restore may still give back.
      ...operations.flatMap(({ task, status }) =>
        task.kind === "restore-branch" && (status === "scheduling" || status === "running")
          ? [task.before.dataId]
          : [],
      ),
    ]),
  );
  for (const name of names(join(installation.folder, "clusters"))) {
    if (known.has(name)) continue;
    await endLeftovers(computes.folder(name));
    computes.remove(name);
  }
  const histories = join(installation.folder, "history");
  for (const name of names(histories))
    if (!known.has(name)) rmSync(join(histories, name), { recursive: true, force: true });
    else rmSync(join(histories, name, "base.next"), { recursive: true, force: true });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { join } from "node:path";
import { startCluster } from "../postgres/cluster.ts";
import { copyRunning, copyStopped } from "../postgres/copy-cluster.ts";
import type { Installation } from "../postgres/installation.ts";
import { recover } from "../postgres/recover.ts";
import { makeTemplate } from "../postgres/template.ts";
import type { ProcessKeeper } from "../process-keeper.ts";
import { type Catalog, ClusterSql, initialStatements } from "./cluster-sql.ts";
import type { Computes } from "./computes.ts";
import { dataOf, isRoot, type BranchState, type MomentState } from "./state.ts";

/** Where the data of a branch comes from. */
export interface Source {
  /** Whose server may be writing it. */
  readonly branchId: string;
  readonly dataId: string;
  /** Absent: as it is now. */
  readonly moment?: MomentState | undefined;
}

export interface Filled {
  /** Where in the source's log the copy is of, if its server ran. */
  readonly lsn?: string;
  /** Roles and databases of an earlier moment; those of now are known already. */
  readonly catalog?: Catalog;
}

/** Makes the folders that the data of branches is in. Each can be done again from the start. */
export class BranchData {
  readonly #installation: Installation;
  readonly #processes: ProcessKeeper;
  readonly #computes: Computes;
  readonly #password: string;
  #template: Promise<string> | undefined;

  constructor(installation: Installation, processes: ProcessKeeper, computes: Computes, password: string) {
    this.#installation = installation;
    this.#processes = processes;
    this.#computes = computes;
    this.#password = password;
  }

  /** The data of a new project. */
  async fillNew(branch: BranchState): Promise<void> {
    const dataId = dataOf(branch);
    this.#computes.remove(dataId);
    this.#template ??= makeTemplate(this.#installation, this.#password, initialStatements);
    this.#template.catch(() => (this.#template = undefined));
    await copyStopped(this.#installation, await this.#template, this.#computes.folder(dataId));
    const history = this.#computes.history(dataId);
    await history.prepare();
    history.beginWithTemplate();
  }

  /** Data copied from another branch, or from the past of a root branch, its own included. */
  async fill(branch: BranchState, source: Source, schemaOnly = false): Promise<Filled> {
    const dataId = dataOf(branch);
    this.#computes.remove(dataId);
    const filled = source.moment
      ? { catalog: await this.#recover(dataId, source, source.moment) }
      : await this.#copy(dataId, source);
    if (schemaOnly) await this.#removeRows(dataId);
    if (isRoot(branch)) {
      const history = this.#computes.history(dataId);
      await history.prepare();
      await history.addBase((base) => copyStopped(this.#installation, this.#computes.folder(dataId), base));
    }
    return filled;
  }

  #copy(dataId: string, source: Source): Promise<Filled> {
    const [from, to] = [this.#computes.folder(source.dataId), this.#computes.folder(dataId)];
    return this.#computes.exclusively(source.branchId, async (cluster) => {
      if (cluster?.folder === from)
        return { lsn: await copyRunning(this.#installation, cluster, this.#password, to) };
      await copyStopped(this.#installation, from, to);
      return {};
    });
  }

  async #recover(dataId: string, source: Source, moment: MomentState): Promise<Catalog> {
    const history = this.#computes.history(source.dataId);
    const time = moment.timestamp === undefined ? undefined : new Date(moment.timestamp);
    const bases = history.bases();
    // A base knows from which time it is good, not from which place in the log: the oldest is good for all.
    const base = time ? bases.findLast(({ since }) => since <= time.getTime()) : bases[0];
    if (!base) throw new Error(`the history of branch ${source.branchId} does not go back that far`);
    return recover(
      {
        installation: this.#installation,
        processes: this.#processes,
        name: `neon-restore-${dataId}`,
        base: base.folder,
        logs: [history.log, join(this.#computes.folder(source.dataId), "pg_wal")],
        moment: time ? { time } : { lsn: moment.lsn ?? "" },
        folder: this.#computes.folder(dataId),
      },
      (cluster) => new ClusterSql(cluster, this.#password).catalog(),
    );
  }

  async #removeRows(dataId: string): Promise<void> {
    const cluster = await startCluster({
      installation: this.#installation,
      processes: this.#processes,
      name: `neon-schema-${dataId}`,
      folder: this.#computes.folder(dataId),
    });
    try {
      await new ClusterSql(cluster, this.#password).removeRows();
    } finally {
      await cluster.stop();
    }
  }
}

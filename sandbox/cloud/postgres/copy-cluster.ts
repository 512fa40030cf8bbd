import { rmSync } from "node:fs";
import { chown, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asAdministrator } from "./administrator.ts";
import type { Cluster } from "./cluster.ts";
import { copyFolder } from "./copy-folder.ts";
import type { Installation } from "./installation.ts";
import { endLeftovers } from "./leftovers.ts";

const keptEmpty =
  /^(?:pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|pg_wal)\/|(?:^|\/)pgsql_tmp|(?:^|\/)pg_internal\.init/;
const locks = /^postmaster\.(?:pid|opts)$/;
/** What of the log an earlier server wanted archived is no business of a copy. */
const archiveStatus = /^pg_wal\/archive_status\//;

/** Copies a cluster that no server runs on, template or branch. */
export async function copyStopped(installation: Installation, source: string, target: string): Promise<void> {
  await whole(target, (next) =>
    copyFolder(source, next, {
      owner: installation.user,
      leaveOut: (path) => locks.test(path) || archiveStatus.test(path),
    }),
  );
}

/**
 * Copies a cluster while its server runs and is written to: an online backup, with the log that it needs.
 * Returns the place in the log that the copy is of.
 */
export async function copyRunning(
  installation: Installation,
  source: Cluster,
  password: string,
  target: string,
): Promise<string> {
  const owner = installation.user;
  let lsn = "";
  await whole(target, (next) =>
    asAdministrator(source, password, "postgres", async (client) => {
      const { rows: began } = await client.query<{ segment: string }>(
        "SELECT pg_walfile_name(pg_backup_start('branch', true)) AS segment",
      );
      const first = began[0]?.segment ?? "";
      await copyFolder(source.folder, next, {
        owner,
        leaveOut: (path) => locks.test(path) || keptEmpty.test(path),
      });
      const { rows } = await client.query<{ labelfile: string; lsn: string }>(
        "SELECT labelfile, lsn FROM pg_backup_stop(false)",
      );
      await copyFolder(join(source.folder, "pg_wal"), join(next, "pg_wal"), {
        owner,
        leaveOut: (path) => path === "archive_status" || (isSegment(path) && path < first),
      });
      const label = join(next, "backup_label");
      await writeFile(label, rows[0]?.labelfile ?? "");
      if (owner) await chown(label, owner.uid, owner.gid);
      lsn = rows[0]?.lsn ?? "";
    }),
  );
  return lsn;
}

export const isSegment = (name: string): boolean => /^[0-9A-F]{24}$/.test(name);

/** Fills a folder next to `target` and renames it, so that no half cluster is ever taken for a complete one. */
export async function whole(target: string, fill: (next: string) => Promise<void>): Promise<void> {
  const next = `${target}.next`;
  await endLeftovers(next);
  rmSync(next, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await fill(next);
  rmSync(target, { recursive: true, force: true });
  await rename(next, target);
}

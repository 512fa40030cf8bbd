import { writeFileSync, chownSync } from "node:fs";
import { join, relative } from "node:path";
import { type Cluster, startCluster } from "./cluster.ts";
import { whole } from "./copy-cluster.ts";
import { copyFolder } from "./copy-folder.ts";
import type { Installation } from "./installation.ts";
import type { ProcessKeeper } from "../process-keeper.ts";

/** A moment in the life of a cluster. */
export type Moment = { readonly time: Date } | { readonly lsn: string };

export interface RecoverOptions {
  readonly installation: Installation;
  readonly processes: ProcessKeeper;
  readonly name: string;
  /** The base backup to start from. */
  readonly base: string;
  /** Where the log is, the archive first; the folder of the server that writes it may be one of them. */
  readonly logs: readonly string[];
  readonly moment: Moment;
  /** Where the cluster as it was at that moment is made. */
  readonly folder: string;
}

/** Makes a cluster as another was at a moment, and lets `look` see it before its server is stopped. */
export async function recover<Seen>(
  options: RecoverOptions,
  look: (cluster: Cluster) => Promise<Seen>,
): Promise<Seen> {
  const { installation, processes, name, base, logs, moment, folder } = options;
  const { user } = installation;
  let seen: { readonly value: Seen } | undefined;
  await whole(folder, async (next) => {
    await copyFolder(base, next, { owner: user });
    const signal = join(next, "recovery.signal");
    writeFileSync(signal, "");
    if (user) chownSync(signal, user.uid, user.gid);
    const from = logs.map((log) => `cp "${relative(next, log)}/%f" "%p" 2>/dev/null`).join(" || ");
    const settings = [
      `restore_command = '${from}'`,
      "recovery_target_timeline = 'current'",
      "recovery_target_action = 'promote'",
      "hot_standby = off",
    ];
    const start = (until: readonly string[]): Promise<Cluster> =>
      startCluster({ installation, processes, name, folder: next, settings: [...settings, ...until] });
    const cluster = await start([
      "time" in moment
        ? `recovery_target_time = '${moment.time.toISOString().replace("T", " ").replace("Z", "+00")}'`
        : `recovery_target_lsn = '${moment.lsn}'`,
    ]).catch((error: unknown) => {
      // Nothing was written after that moment: all that there is, is what is asked for.
      if (String(error).includes("before configured recovery target was reached")) return start([]);
      throw error;
    });
    try {
      seen = { value: await look(cluster) };
    } finally {
      await cluster.stop();
    }
  });
  if (!seen) throw new Error(`Internal error: ${name} was not looked at`);
  return seen.value;
}

import { readFileSync, rmSync } from "node:fs";
import { chown, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Exit, ProcessKeeper } from "../process-keeper.ts";
import { configuration, hostBasedAuthentication } from "./configuration.ts";
import { copyFolder } from "./copy-folder.ts";
import { environment, type Installation } from "./installation.ts";
import { endLeftovers } from "./leftovers.ts";
import { administrator } from "./template.ts";

/** A running PostgreSQL server. */
export interface Cluster {
  readonly folder: string;
  readonly port: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Ends the server: sessions are cut, what was committed is kept. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly installation: Installation;
  readonly processes: ProcessKeeper;
  /** Names the log file. */
  readonly name: string;
  readonly folder: string;
  readonly port: number;
}

/** How long a server may take until it accepts connections; recovery after a crash included. */
const readyWithinMilliseconds = 60_000;

/** Starts the server of a cluster and waits until it accepts connections. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { installation, processes, folder, name, port } = options;
  await endLeftovers(folder);
  await writeFile(join(folder, "postgresql.conf"), configuration(port));
  await writeFile(join(folder, "pg_hba.conf"), hostBasedAuthentication);
  const { user } = installation;
  const server = processes.start({
    name,
    command: installation.postgres,
    args: ["-D", folder],
    cwd: folder,
    env: environment,
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  let exit: Exit | undefined;
  const exited = server.exited.then((how) => (exit = how));
  const stop = async (): Promise<void> => {
    // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    await server.stop("SIGINT", 10_000);
  };
  const deadline = Date.now() + readyWithinMilliseconds;
  while (!isReady(folder)) {
    if (exit)
      throw new Error(
        `PostgreSQL ${name} ended with ${String(exit.code ?? exit.signal)} instead of listening on port ${port}: ` +
          lastLine(processes.logFile(name)),
      );
    if (Date.now() > deadline) {
      await stop();
      throw new Error(
        `PostgreSQL ${name} accepted no connection on port ${port} within ${readyWithinMilliseconds / 1000} s: ` +
          lastLine(processes.logFile(name)),
      );
    }
    await delay(10);
  }
  return { folder, port, exited, stop };
}

/** The eighth line of its lock file is where a server says that it accepts connections. */
function isReady(folder: string): boolean {
  try {
    return readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

function lastLine(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  return `${lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "it said nothing"} (${logFile})`;
}

/** Runs `work` on a connection of the superuser. */
export async function asAdministrator<Result>(
  cluster: Pick<Cluster, "port">,
  password: string,
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: cluster.port,
    user: administrator,
    password,
    database,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    query_timeout: 65_000,
  });
  // A server that ends meanwhile fails the query; without a listener it would end us too.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const keptEmpty =
  /^(?:pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|pg_wal)\/|(?:^|\/)pgsql_tmp|(?:^|\/)pg_internal\.init/;
const locks = /^postmaster\.(?:pid|opts)$/;

/** Copies a cluster that no server runs on, template or branch. */
export async function copyStopped(installation: Installation, source: string, target: string): Promise<void> {
  await whole(target, (next) =>
    copyFolder(source, next, { owner: installation.user, leaveOut: (path) => locks.test(path) }),
  );
}

/** Copies a cluster while its server runs and is written to: an online backup, the log it needs included. */
export async function copyRunning(
  installation: Installation,
  source: Cluster,
  password: string,
  target: string,
): Promise<void> {
  const owner = installation.user;
  await whole(target, (next) =>
    asAdministrator(source, password, "postgres", async (client) => {
      await client.query("SELECT pg_backup_start('branch', true)");
      await copyFolder(source.folder, next, {
        owner,
        leaveOut: (path) => locks.test(path) || keptEmpty.test(path),
      });
      const { rows } = await client.query<{ labelfile: string }>(
        "SELECT labelfile FROM pg_backup_stop(false)",
      );
      await copyFolder(join(source.folder, "pg_wal"), join(next, "pg_wal"), { owner });
      const label = join(next, "backup_label");
      await writeFile(label, rows[0]?.labelfile ?? "");
      if (owner) await chown(label, owner.uid, owner.gid);
    }),
  );
}

/** Fills a folder beside `target` and renames it, so that no half cluster is ever taken for a whole one. */
async function whole(target: string, fill: (next: string) => Promise<void>): Promise<void> {
  const next = `${target}.next`;
  rmSync(next, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await fill(next);
  rmSync(target, { recursive: true, force: true });
  await rename(next, target);
}

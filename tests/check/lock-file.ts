interface Locked {
  readonly packages?: Readonly<Record<string, LockedPackage>>;
  readonly lockfileVersion?: number;
}

interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
}

/** Where a package may come from, when a lock file names it; the one of this repository names none (.npmrc). */
const registry = "https://registry.npmjs.org/";

/**
 * What is wrong with the lock file's packages: each needs a SHA-512 digest, or the registry decides on each day what it is, and
 * a source that is named has to be the public registry. Folders of this repository have neither.
 */
export function lockFaults({ packages = {}, lockfileVersion }: Locked): readonly string[] {
  if (lockfileVersion !== 3)
    return [`expected a lock file of version 3, found ${String(lockfileVersion)}: npm install`];
  return Object.entries(packages).flatMap(([path, found]) => {
    if (!path.includes("node_modules/")) return [];
    if (found.link) return isFolder(found.resolved) ? [] : [`${path}: links to ${String(found.resolved)}`];
    return [
      ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(found.integrity ?? "")
        ? []
        : [
            `${path}: expected a SHA-512 digest, found ${found.integrity ?? "none"}: ` +
              "remove the lock file and node_modules, then npm install",
          ]),
      ...(found.resolved === undefined || found.resolved.startsWith(registry)
        ? []
        : [`${path}: expected it from ${registry}, found ${found.resolved}`]),
    ];
  });
}

const isFolder = (path: string | undefined): boolean =>
  path !== undefined && /^[\w-]+(\/[\w-]+)*$/.test(path);

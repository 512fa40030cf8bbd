import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../home.ts";

/** What of a home is in a snapshot, by its name in both. Set-up and engine are the machine's and stay out. */
export const homeParts = ["cloud", "stacks", "state", "fly", "logs", "tokens.json"] as const;

/**
 * What of the clouds is never written again once it is there, relative to the home: it is put in place by a rename. The
 * images are not among it, since a machine's program may write into its own files.
 */
export const immutableParts: readonly string[] = ["cloud/vercel/files"];

/**
 * The layers of built images, which are immutable as well, and a cache: what is missing is built again. They are two
 * thirds of a sandbox's files, so that a restored sandbox only has links to the snapshot's.
 */
export const layersPart = "cloud/fly/layers";

/** PostgreSQL's folders of a home; they may be in another place than its other data. */
export const postgresParts = [
  // Programs, the cluster that new ones are copied from, base backups and finished segments of the log: each is
  // complete when it gets its name, and is only read and deleted afterwards (see cloud/postgres).
  { name: "history", isImmutable: true },
  { name: "template", isImmutable: true },
  { name: /^programs-[^/]*(?<!\.next)$/, isImmutable: true },
  // Data files are written in place.
  { name: "clusters", isImmutable: false },
] as const;

export type PostgresPart = (typeof postgresParts)[number];

/** The part that an entry of PostgreSQL's folder belongs to. */
export function postgresPartOf(entry: string): PostgresPart | undefined {
  return postgresParts.find(({ name }) => (typeof name === "string" ? name === entry : name.test(entry)));
}

/** Where the home names the folder of PostgreSQL, when that is not the cloud's own. */
export const postgresPointer = "cloud/neon/postgres-folder";

/** The folder that holds the home's clusters. */
export function postgresFolder(home: Home): string {
  const pointer = join(home.folder, postgresPointer);
  return existsSync(pointer) ? readFileSync(pointer, "utf8") : home.cloud("neon");
}

/** Entries of the home's parts that are of one moment only, or are copied by another rule. */
export function isLeftOut(path: string): boolean {
  return (
    immutableParts.includes(path) ||
    path === layersPart ||
    path === postgresPointer ||
    path === "cloud/fly/work" ||
    path === "logs/clouds.log" ||
    path.startsWith("state/.pulumi/locks/") ||
    path.endsWith(".lock") ||
    (path.startsWith("cloud/neon/") && postgresPartOf(path.slice("cloud/neon/".length)) !== undefined)
  );
}

/** In a snapshot. */
export interface SnapshotFiles {
  readonly folder: string;
  readonly manifest: string;
  /** What only a restore needs: keys of the stacks' secrets, and settings that digests were taken of. */
  readonly preparation: string;
  readonly home: string;
  readonly postgres: string;
}

export function snapshotFiles(folder: string): SnapshotFiles {
  return {
    folder,
    manifest: join(folder, "manifest.json"),
    preparation: join(folder, "preparation.json"),
    home: join(folder, "home"),
    postgres: join(folder, "postgres"),
  };
}

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isOutOfReach, makeFolderElsewhere } from "../cloud/postgres/reachable-folder.ts";
import { serverUser } from "../cloud/postgres/server-user.ts";
import { copyTree } from "./copy-tree.ts";
import {
  homeParts,
  immutableParts,
  isLeftOut,
  layersPart,
  postgresPartOf,
  postgresPointer,
} from "./layout.ts";

/** A place that holds what is in a snapshot. */
export interface Holder {
  /** Has the home's parts. */
  readonly home: string;
  /** Has PostgreSQL's folders. */
  readonly postgres: string;
}

export interface CopyOptions {
  /** Whether the layers of images are linked to; absent: each file gets a second name. */
  readonly linksLayers?: boolean;
  /** Called for each file. */
  readonly copied: () => void;
}

/** Copies everything that a snapshot holds from one place to another. */
export async function copyHolder(from: Holder, to: Holder, options: CopyOptions): Promise<void> {
  const { copied } = options;
  mkdirSync(to.home, { recursive: true, mode: 0o700 });
  for (const part of homeParts) {
    if (!existsSync(join(from.home, part))) continue;
    if (part === "tokens.json") {
      copyFileSync(join(from.home, part), join(to.home, part));
      copied();
    } else {
      const leaveOut = (path: string): boolean => isLeftOut(`${part}/${path}`);
      await copyTree(join(from.home, part), join(to.home, part), { leaveOut, copied });
    }
  }
  for (const part of immutableParts)
    if (existsSync(join(from.home, part)))
      await copyTree(join(from.home, part), join(to.home, part), { isImmutable: true, copied });
  await copyLayers(join(from.home, layersPart), join(to.home, layersPart), options);
  // Before the first project there is no server.
  for (const entry of existsSync(from.postgres) ? readdirSync(from.postgres) : []) {
    const part = postgresPartOf(entry);
    if (part)
      await copyTree(join(from.postgres, entry), join(to.postgres, entry), {
        isImmutable: part.isImmutable,
        // Of a server that does not run there.
        leaveOut: (path) => path.endsWith("/postmaster.pid"),
        copied,
      });
  }
}

/** Where the clusters of the home `home` go whose parts are in `staged`; notes that there when it is elsewhere. */
export function postgresPlace(home: string, staged: string): string {
  const user = serverUser();
  if (!user || !isOutOfReach(home, user)) return join(staged, "cloud", "neon");
  const folder = makeFolderElsewhere();
  const pointer = join(staged, postgresPointer);
  mkdirSync(dirname(pointer), { recursive: true });
  writeFileSync(pointer, folder, { mode: 0o600 });
  return folder;
}

async function copyLayers(from: string, to: string, { linksLayers, copied }: CopyOptions): Promise<void> {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    // In a restored sandbox it is a link itself; of a snapshot that was deleted, to nothing.
    const layer = join(from, name);
    if (!existsSync(layer)) continue;
    if (linksLayers) symlinkSync(realpathSync(layer), join(to, name));
    else await copyTree(realpathSync(layer), join(to, name), { isImmutable: true, copied });
  }
}

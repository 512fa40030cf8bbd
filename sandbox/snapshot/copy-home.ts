import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isOutOfReach, makeFolderElsewhere } from "../cloud/postgres/reachable-folder.ts";
import { serverUser } from "../cloud/postgres/server-user.ts";
import { copyTree } from "./copy-tree.ts";
import { homeParts, immutableParts, isLeftOut, postgresPartOf, postgresPointer } from "./layout.ts";

/** A place that holds what is in a snapshot. */
export interface Holder {
  /** Has the home's parts. */
  readonly home: string;
  /** Has PostgreSQL's folders. */
  readonly postgres: string;
}

/** Copies everything that a snapshot holds from one place to another. */
export async function copyHolder(from: Holder, to: Holder, copied: () => void): Promise<void> {
  mkdirSync(to.home, { recursive: true, mode: 0o700 });
  for (const part of homeParts) {
    if (!existsSync(join(from.home, part))) continue;
    if (part === "tokens.json") await copyOne(from.home, to.home, part, copied);
    else {
      const leaveOut = (path: string): boolean => isLeftOut(`${part}/${path}`);
      await copyTree(join(from.home, part), join(to.home, part), { leaveOut, copied });
    }
  }
  for (const part of immutableParts)
    if (existsSync(join(from.home, part)))
      await copyTree(join(from.home, part), join(to.home, part), { isImmutable: true, copied });
  for (const entry of readdirSync(from.postgres)) {
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

/** Where the clusters of the home `home` go whose parts are in `staged`; says so there when it is elsewhere. */
export function postgresPlace(home: string, staged: string): string {
  const user = serverUser();
  if (!user || !isOutOfReach(home, user)) return join(staged, "cloud", "neon");
  const folder = makeFolderElsewhere();
  const pointer = join(staged, postgresPointer);
  mkdirSync(dirname(pointer), { recursive: true });
  writeFileSync(pointer, folder, { mode: 0o600 });
  return folder;
}

async function copyOne(from: string, to: string, name: string, copied: () => void): Promise<void> {
  await copyTree(from, to, { leaveOut: (path) => path !== name, copied });
}

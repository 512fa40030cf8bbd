import { migrationSet } from "../../src/db/migration-set.ts";
import { sourceDigests } from "../../src/build/source-digests.ts";

/** What the checkout would build and migrate, named by content. */
export interface Artifacts {
  /** Digests by part: `web`, and each worker that has an entry point. */
  readonly sources: Readonly<Record<string, string>>;
  readonly migrations: {
    readonly digest: string;
    readonly newest: string;
    readonly names: readonly string[];
  };
}

/** Reads the checkout's artifacts. Nothing is built: a digest says what a build would be made of. */
export async function readArtifacts(root: string): Promise<Artifacts> {
  const [sources, migrations] = await Promise.all([sourceDigests(root), migrationSet(root)]);
  return {
    sources,
    migrations: { digest: migrations.digest, newest: migrations.names.at(-1) ?? "", names: migrations.names },
  };
}

import { digestOfPaths } from "@rollout/infra/shared/digest-of-paths";
import { webPart } from "@rollout/infra/rollout/records/entry";
import type { DeclaredApplication } from "../settings/application.ts";
import { migrationSet } from "./migrations.ts";

/** What the checkout would build and migrate, named by content. */
export interface Artifacts {
  /** Digests by part: `web`, and each worker that has sources. */
  readonly sources: Readonly<Record<string, string>>;
  readonly migrations: {
    readonly digest: string;
    readonly newest: string;
    readonly names: readonly string[];
  };
}

/** Reads the checkout's artifacts. Nothing is built: a digest shows what a build would be made of. */
export async function readArtifacts(root: string, application: DeclaredApplication): Promise<Artifacts> {
  const [sources, migrations] = await Promise.all([
    sourcesIn(root, application),
    migrationSet(root, application),
  ]);
  return {
    sources,
    migrations: { digest: migrations.digest, newest: migrations.names.at(-1) ?? "", names: migrations.names },
  };
}

async function sourcesIn(
  root: string,
  { web, workers, sourceDigests }: DeclaredApplication,
): Promise<Artifacts["sources"]> {
  const [computed, ...listed] = await Promise.all([
    sourceDigests?.(root),
    ...Object.entries({ [webPart]: web, ...workers }).map(
      async ([part, { sources }]) => sources && ([part, await digestOfPaths(root, sources)] as const),
    ),
  ]);
  return { ...computed, ...Object.fromEntries(listed.filter((each) => each !== undefined)) };
}

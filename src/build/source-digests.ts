import { bundle, entryPoints } from "./bundle.ts";
import { remembered } from "./digest-cache.ts";

/**
 * What each artifact would be built from, by its name: `web`, and each worker's. `/api/health` and a worker's `/health` answer
 * the same value.
 */
export type SourceDigests = Readonly<Record<string, string>>;

/** The digests for the checkout at `root`, whose packages are installed; builds nothing that stays on disk. */
export function sourceDigests(root: string): Promise<SourceDigests> {
  return remembered(root, async () => {
    const bundles = Object.entries(await bundle(root, Object.keys(entryPoints(root))));
    return {
      value: Object.fromEntries(bundles.map(([artifact, { digest }]) => [artifact, digest])),
      // One run reads the files of all.
      files: bundles[0]?.[1].files ?? [],
    };
  });
}

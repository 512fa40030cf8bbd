/**
 * What this artifact was built from: the builds in `build/` put the digest in front of the bundle. A process that runs
 * from the sources has none.
 */
export const sourceDigest: string =
  (globalThis as { readonly atlarisSourceDigest?: string }).atlarisSourceDigest ?? "unbundled";

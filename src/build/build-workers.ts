import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, entryPoints } from "./bundle.ts";

/** A file that was built, and the digest of its sources. */
export interface BuiltFile {
  readonly file: string;
  readonly digest: string;
}

/** Builds all workers of the checkout at `root` into `folder`; Dockerfile.worker takes them from `dist/workers`. */
export async function buildWorkers(root: string, folder: string): Promise<readonly BuiltFile[]> {
  await mkdir(folder, { recursive: true });
  const { web: _web, ...workers } = entryPoints(root);
  const bundles = await bundle(root, Object.keys(workers));
  return Promise.all(
    Object.entries(bundles).map(async ([artifact, { digest, code }]) => {
      const file = join(folder, `${artifact}.mjs`);
      await writeFile(file, code);
      return { file, digest };
    }),
  );
}

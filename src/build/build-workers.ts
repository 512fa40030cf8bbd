import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** A file that was built, and the digest of its sources. */
export interface BuiltFile {
  readonly file: string;
  readonly digest: string;
}

/** Builds both workers of the checkout at `root` into `folder`; Dockerfile.worker takes them from `dist/workers`. */
export async function buildWorkers(root: string, folder: string): Promise<readonly BuiltFile[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    (["worker", "regenerator"] as const).map(async (artifact) => {
      const { digest, code } = await bundle(root, artifact);
      const file = join(folder, `${artifact}.mjs`);
      await writeFile(file, code);
      return { file, digest };
    }),
  );
}

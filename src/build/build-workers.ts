import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** Builds both workers of the checkout at `root` into `folder`; Dockerfile.worker takes them from `dist/workers`. */
export async function buildWorkers(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(
    (["worker", "regenerator"] as const).map(async (artifact) => {
      const { digest, code } = await bundle(root, artifact);
      const file = join(folder, `${artifact}.mjs`);
      await writeFile(file, code);
      process.stdout.write(`${file} ${digest}\n`);
    }),
  );
}

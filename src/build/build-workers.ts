import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** Builds both workers into `<root>/dist/workers`, where Dockerfile.worker takes them. */
export async function buildWorkers(root: string): Promise<void> {
  const folder = join(root, "dist", "workers");
  await mkdir(folder, { recursive: true });
  await Promise.all(
    (["worker", "regenerator"] as const).map(async (artifact) => {
      const { digest, code } = await bundle(root, artifact);
      await writeFile(join(folder, `${artifact}.mjs`), code);
      process.stdout.write(`dist/workers/${artifact}.mjs ${digest}\n`);
    }),
  );
}

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuiltFile } from "./build-workers.ts";
import { bundle } from "./bundle.ts";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Builds the web API into `out` as Vercel's Build Output (version 3): one function, and the route that leads to it. */
export async function buildWeb(root: string, out: string): Promise<readonly BuiltFile[]> {
  const {
    web: { digest, code },
  } = await bundle(root, ["web"]);
  const folder = join(out, "functions", "api.func");
  const file = join(folder, "index.mjs");
  await rm(out, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(
      join(out, "config.json"),
      json({ version: 3, routes: [{ src: "/(?:api(?:/.*)?)?", dest: "/api" }] }),
    ),
    writeFile(
      join(folder, ".vc-config.json"),
      json({
        runtime: "nodejs22.x",
        handler: "index.mjs",
        launcherType: "Nodejs",
        shouldAddHelpers: false,
        supportsResponseStreaming: true,
        // Beyond our own limits, so that a caller gets our answer rather than the platform's.
        maxDuration: 30,
      }),
    ),
    writeFile(file, code),
  ]);
  return [{ file, digest }];
}

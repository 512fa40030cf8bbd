// Runs the builds on a Node that knows no TypeScript and with nothing installed but the application's own packages,
// as in Dockerfile.worker: esbuild, which is needed anyway, translates them.
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const calledFrom = process.env.INIT_CWD ?? process.cwd();
// Within node_modules, so that `esbuild` is found from there and git never sees it.
const folder = await mkdtemp(join(root, "node_modules", ".atlaris-build-"));
try {
  const outfile = join(folder, "commands.mjs");
  await build({
    entryPoints: [join(here, "commands.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  });
  const { runBuild } = await import(pathToFileURL(outfile).href);
  await runBuild(root, process.argv.slice(2), calledFrom);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

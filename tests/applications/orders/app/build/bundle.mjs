import { build } from "esbuild";
import { join } from "node:path";

const app = join(import.meta.dirname, "..");

/** One ES module, with all that it needs. */
export async function bundle(entry, outfile) {
  await build({
    ...{
      entryPoints: [join(app, entry)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
    },
    define: { SOURCE_DIGEST: JSON.stringify(process.env.ROLLOUT_SOURCE_DIGEST ?? "") },
    // The driver's CommonJS modules ask for Node's own by `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    ...{ external: ["pg-native"], logLevel: "warning" },
  });
}

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

const webEntry = "src/api/vercel.ts";
const workersFolder = "src/workers/entries";

/** What is rolled out, by the name that its digest has, and where its bundle begins: the web, and each file of a folder. */
export function entryPoints(root: string): Readonly<Record<string, string>> {
  const workers = readdirSync(join(root, workersFolder))
    .filter((file) => file.endsWith(".ts"))
    .sort();
  return {
    web: webEntry,
    ...Object.fromEntries(workers.map((file) => [file.slice(0, -3), `${workersFolder}/${file}`])),
  };
}

export interface Bundle {
  /** sha256 in hex over the bundled code, without the lines that we put in front of it. */
  readonly digest: string;
  /** One ES module that runs from anywhere, with nothing installed. */
  readonly code: string;
  /** Files that the run read for all artifacts asked for, from `root`. */
  readonly files: readonly string[];
}

/**
 * Bundles artifacts of the checkout at `root`, all in one run, which reads what they share once. The same sources and
 * locked packages give the same bytes wherever the checkout is and whichever artifacts are asked for: paths in the output
 * are relative to `root`, and no configuration but what stands here is read. Comments and formatting do not count, as
 * esbuild prints the code again.
 */
export async function bundle<Name extends string>(
  root: string,
  artifacts: readonly Name[],
): Promise<Readonly<Record<Name, Bundle>>> {
  const absWorkingDir = await realpath(root);
  const result = await build({ ...bundleOptions(absWorkingDir, artifacts), write: false, metafile: true });
  const files = Object.keys(result.metafile.inputs);
  const bundles = artifacts.map((artifact): [Name, Bundle] => {
    const output = result.outputFiles.find(({ path }) => path === join(absWorkingDir, `${artifact}.mjs`));
    if (!output) throw new Error(`Internal error: esbuild gave no bundle for ${artifact}`);
    const digest = createHash("sha256").update(output.text).digest("hex");
    return [artifact, { digest, code: `${preamble(digest)}${output.text}`, files }];
  });
  return Object.fromEntries(bundles) as Record<Name, Bundle>;
}

/**
 * How artifacts are bundled.
 *
 * @param absWorkingDir the checkout, without symbolic links.
 */
export function bundleOptions(absWorkingDir: string, artifacts: readonly string[]): BuildOptions {
  const known = entryPoints(absWorkingDir);
  return {
    absWorkingDir,
    entryPoints: Object.fromEntries(artifacts.map((artifact) => [artifact, known[artifact] ?? ""])),
    outdir: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.12",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // A linked node_modules would otherwise bring its own place into the output.
    preserveSymlinks: true,
    // An optional native driver that is not installed.
    external: ["pg-native"],
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  };
}

/** Gives the code its digest, and gives the CommonJS packages within the bundle the `require` for Node's modules. */
function preamble(digest: string): string {
  return [
    `import { createRequire as atlarisCreateRequire } from "node:module";`,
    `const require = atlarisCreateRequire(import.meta.url);`,
    `globalThis.atlarisSourceDigest = "${digest}";`,
    "",
  ].join("\n");
}

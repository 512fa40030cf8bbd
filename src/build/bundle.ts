import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { build } from "esbuild";

/** What is rolled out, by the name that its digest has, and where its bundle begins. */
export const entryPoints = {
  web: "src/api/vercel.ts",
  worker: "src/workers/index.ts",
  regenerator: "src/workers/plan-regenerator.ts",
} as const;
export type ArtifactName = keyof typeof entryPoints;

export interface Bundle {
  /** sha256 in hex over the bundled code, without the lines that we put in front of it. */
  readonly digest: string;
  /** One ES module that runs from anywhere, with nothing installed. */
  readonly code: string;
}

/**
 * Bundles one artifact of the checkout at `root`. The same sources and locked packages give the same bytes wherever the
 * checkout is: paths in the output are relative to `root`, and no configuration but what stands here is read.
 * Comments and formatting do not count, as esbuild prints the code anew.
 */
export async function bundle(root: string, artifact: ArtifactName): Promise<Bundle> {
  const result = await build({
    absWorkingDir: await realpath(root),
    entryPoints: [entryPoints[artifact]],
    outfile: `${artifact}.mjs`,
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // A linked node_modules would otherwise bring its own place into the output.
    preserveSymlinks: true,
    // An optional native driver that is not installed.
    external: ["pg-native"],
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const code = result.outputFiles[0]?.text ?? "";
  const digest = createHash("sha256").update(code).digest("hex");
  return { digest, code: `${preamble(digest)}${code}` };
}

/** Tells the code its digest, and gives the CommonJS packages within the bundle the `require` for Node's modules. */
function preamble(digest: string): string {
  return [
    `import { createRequire as atlarisCreateRequire } from "node:module";`,
    `const require = atlarisCreateRequire(import.meta.url);`,
    `globalThis.atlarisSourceDigest = "${digest}";`,
    "",
  ].join("\n");
}

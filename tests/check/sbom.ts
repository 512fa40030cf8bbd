import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { bundle, entryPoints } from "../../src/build/bundle.ts";

const sbomSchema = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(z.looseObject({ name: z.string(), version: z.string() })),
});

/** A bill of materials in CycloneDX, as npm writes it. */
export type Sbom = z.infer<typeof sbomSchema>;

const packageSchema = z.looseObject({ version: z.string() });
const applicationSchema = packageSchema.extend({
  name: z.string(),
  license: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), z.unknown()) });

const workspace = "src";

/**
 * What npm knows of the packages that web and workers are bundled from, by the lock file: those of the application's workspace alone.
 * `npm sbom --workspace src --omit dev` leaves out each that another workspace has for its development, as npm 11 does, so the
 * workspace is laid on its own beforehand. Nothing is downloaded.
 */
export function makeSbom(root: string): Sbom {
  const folder = mkdtempSync(join(tmpdir(), "sbom-"));
  const npm = (...words: readonly string[]): string =>
    execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", words, {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      shell: process.platform === "win32",
      timeout: 120_000,
    });
  try {
    const { name, version, license, dependencies } = applicationSchema.parse(
      readJson(join(root, workspace, "package.json")),
    );
    const shown = { name, version, ...(license === undefined ? {} : { license }) };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...shown, private: true, dependencies }));
    const lock = lockSchema.parse(readJson(join(root, "package-lock.json")));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(ofWorkspace(lock)));
    npm("install", "--package-lock-only", "--offline", "--ignore-scripts", "--no-audit", "--no-fund");
    return sbomSchema.parse(
      JSON.parse(
        npm("sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "application"),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where the workspace has another version of a package than the root, its own counts. */
function ofWorkspace(lock: z.infer<typeof lockSchema>): object {
  const own = Object.entries(lock.packages).filter(([path]) => path.startsWith(`${workspace}/node_modules/`));
  const moved = own.map(([path, found]) => [path.slice(workspace.length + 1), found] as const);
  return { ...lock, packages: { ...lock.packages, ...Object.fromEntries(moved) } };
}

/** `name@version` of each package whose files are in the bundles of web or workers. */
export async function bundledPackages(root: string): Promise<readonly string[]> {
  const bundles = await bundle(root, Object.keys(entryPoints(root)));
  const folders = Object.values(bundles).flatMap(({ files }) => files.flatMap((file) => packageFolder(file)));
  const found = [...new Set(folders)].map((folder) => {
    const { version } = packageSchema.parse(readJson(join(root, folder, "package.json")));
    return `${folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length)}@${version}`;
  });
  return found.sort();
}

function packageFolder(file: string): readonly string[] {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return folder === undefined ? [] : [folder];
}

/** What is bundled and not listed, in words. */
export function sbomFaults({ components }: Sbom, bundled: readonly string[]): readonly string[] {
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  return [
    ...(bundled.length === 0 ? ["found no package in the bundles of web and workers"] : []),
    ...bundled
      .filter((each) => !listed.has(each))
      .map((each) => `${each} is in what is rolled out, and the SBOM does not list it`),
  ];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

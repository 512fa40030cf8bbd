import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a package.json has, as far as the engine asks for it. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** A provider plugin that an installed package works with. */
export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
  readonly server: string;
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

/** Every package under `node_modules`, nested ones too; links are not followed twice. */
function* packagesUnder(modules: string): Generator<string> {
  for (const name of foldersOf(modules)) {
    const names = name.startsWith("@")
      ? foldersOf(join(modules, name)).map((child) => join(name, child))
      : [name];
    for (const each of names) {
      const folder = join(modules, each);
      yield folder;
      yield* packagesUnder(join(folder, "node_modules"));
    }
  }
}

/** The nearest `node_modules` that a program in `directory` loads from. */
function modulesOf(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (foldersOf(modules).length > 0 || at === dirname(at)) return modules;
  }
}

/** The plugins that the installed packages name in the `pulumi` section of their package.json. */
export function requiredPlugins(directory: string): RequiredPlugin[] {
  const plugins: RequiredPlugin[] = [];
  for (const folder of packagesUnder(modulesOf(directory))) {
    const manifest = readManifest(folder);
    if (!manifest?.pulumi?.resource) continue;
    const name = manifest.pulumi.name ?? manifest.name?.replace(/^@pulumi\//, "") ?? "";
    const version = manifest.pulumi.version ?? manifest.version ?? "";
    plugins.push({ name, version: version.replace(/^v?/, "v"), server: manifest.pulumi.server ?? "" });
  }
  return plugins;
}

/** Names and versions of the packages that a program names itself, or of all that are installed. */
export function programDependencies(
  directory: string,
  transitive: boolean,
): { readonly name: string; readonly version: string }[] {
  const modules = modulesOf(directory);
  const manifest = readManifest(directory);
  const direct = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies });
  const folders = transitive ? [...packagesUnder(modules)] : direct.map((name) => join(modules, name));
  return folders.flatMap((folder) => {
    const { name, version } = readManifest(folder) ?? {};
    return name && version ? [{ name, version }] : [];
  });
}

import {
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  closeSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { engineCache } from "./engine.ts";
import { cachedTool, wantedTools } from "./official-tools.ts";

/** A provider plugin of the sandbox. */
export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  readonly origin: "official" | "emulator";
  /** The executable that the engine starts. */
  readonly path: string;
}

/** Versions as infra/package.json pins them. `vercel` cannot be pointed at another address, so its real one is not used. */
const plugins = [
  { name: "command", version: "1.2.1", takesOfficial: true },
  { name: "github", version: "6.15.0", takesOfficial: true },
  { name: "vercel", version: "5.4.1", takesOfficial: false },
] as const;

/** The user's own plugin cache. */
export function userPluginFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "plugins");
}

/** Which plugins a sandbox has: the official one where it is there and can be used, else the sandbox's own. */
export function choosePlugins(toolchain: string, environment: NodeJS.ProcessEnv): InstalledPlugin[] {
  const official = userPluginFolder(environment);
  const wanted = wantedTools(environment);
  return plugins.map(({ name, version, takesOfficial }) => {
    const tool = wanted.find((each) => each.name === name && each.version === version);
    const cached = tool && cachedTool(tool, engineCache(environment));
    if (cached !== undefined) return { name, version, origin: "official", path: cached };
    const file = join(official, `resource-${name}-v${version}`, `pulumi-resource-${name}`);
    if (takesOfficial && existsSync(file) && !isScript(file))
      // Resolved: in a sandbox started from inside of another, this is a link in the very folder that is written to.
      return { name, version, origin: "official", path: realpathSync(file) };
    return { name, version, origin: "emulator", path: join(toolchain, `pulumi-resource-${name}`) };
  });
}

/** Lays the plugins into the sandbox's own PULUMI_HOME; the engine takes folders only, so those hold the links. */
export function installPlugins(pulumiHome: string, chosen: readonly InstalledPlugin[]): void {
  for (const { name, version, path } of chosen) {
    const folder = join(pulumiHome, "plugins", `resource-${name}-v${version}`);
    mkdirSync(folder, { recursive: true });
    const link = join(folder, `pulumi-resource-${name}`);
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
    symlinkSync(path, link);
  }
}

/** An emulator of another sandbox is a script; the real ones are programs. */
function isScript(file: string): boolean {
  const beginning = Buffer.alloc(2);
  const handle = openSync(file, "r");
  try {
    readSync(handle, beginning, 0, 2, 0);
  } finally {
    closeSync(handle);
  }
  return beginning.toString() === "#!";
}

import type { Home } from "../home.ts";
import { bundlesAreFresh, prepareBundles, shellQuote } from "./bundles.ts";
import { firstOnPath } from "./engine-on-path.ts";
import { type Engine, engineCache, findEngine } from "./engine.ts";
import { withLock } from "./lock.ts";
import { cachedTool, getOfficialTools, wantedTools } from "./official-tools.ts";
import { type InstalledPlugin, choosePlugins, installPlugins } from "./plugins.ts";
import type { Progress } from "./progress.ts";
import { pulumiWrapper } from "./pulumi-wrapper.ts";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a sandbox runs. */
export interface Toolchain {
  readonly engine: Engine;
  readonly plugins: readonly InstalledPlugin[];
  readonly flyctl: InstalledFlyctl;
  /** Holds the language host and the emulators' executables. */
  readonly folder: string;
}

/** The `flyctl` of a sandbox. */
export interface InstalledFlyctl {
  readonly origin: "official" | "emulator";
  /** Of the official one. */
  readonly version?: string;
  readonly path: string;
}

/** What was prepared, and from what; as long as this is the same, nothing is to be done. */
interface Prepared {
  readonly toolchain: Toolchain;
  readonly from: string;
}

/** Makes engine, language host, plugins and commands ready. Costs a few milliseconds when they are. */
export async function prepareToolchain(
  checkout: string,
  home: Home,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Toolchain> {
  const folder = join(home.folder, "toolchain");
  const file = join(folder, "toolchain.json");
  const current = (): Toolchain | undefined => {
    const record = readRecord(file);
    const fresh = record && record.from === origins(checkout, home, record.toolchain, environment);
    // What could not be had is looked for again.
    if (!hasWantedTools(environment)) return undefined;
    return fresh && bundlesAreFresh(checkout, folder) ? record.toolchain : undefined;
  };
  const ready = current();
  if (ready) return ready;

  mkdirSync(folder, { recursive: true });
  const waiting = (): void => progress.say("Another command is setting this sandbox up; waiting for it …");
  return withLock(join(folder, "setup"), waiting, async () => {
    const byNow = current();
    if (byNow) return byNow;
    const engine = await findEngine(checkout, environment, progress);
    await prepareBundles(checkout, folder, engineCache(environment));
    await getOfficialTools(engineCache(environment), progress, wantedTools(environment));
    const plugins = choosePlugins(folder, environment);
    installPlugins(home.pulumiHome, plugins);
    writeScript(join(folder, "pulumi-resource-pulumi-nodejs"), dynamicProviderScript);
    const wrapper = pulumiWrapper(checkout, home, engine.executable, engine.hasLanguageHost);
    writeScript(join(home.binFolder, "pulumi"), wrapper);
    const flyctl = chooseFlyctl(folder, environment);
    for (const name of ["flyctl", "fly"])
      writeScript(join(home.binFolder, name), `#!/bin/sh\nexec ${shellQuote(flyctl.path)} "$@"\n`);
    writeScript(join(home.binFolder, "vercel"), vercelWrapper(home.binFolder));
    const toolchain = { engine, plugins, flyctl, folder };
    const record: Prepared = { toolchain, from: origins(checkout, home, toolchain, environment) };
    writeFileSync(`${file}.next`, JSON.stringify(record));
    renameSync(`${file}.next`, file);
    return toolchain;
  });
}

/** The official one where the user asks for it and it is there, else the sandbox's own. */
function chooseFlyctl(folder: string, environment: NodeJS.ProcessEnv): InstalledFlyctl {
  const tool = wantedTools(environment).find(({ name }) => name === "flyctl");
  const path = tool && cachedTool(tool, engineCache(environment));
  if (!tool || path === undefined) return { origin: "emulator", path: join(folder, "flyctl") };
  return { origin: "official", version: tool.version, path };
}

const hasWantedTools = (environment: NodeJS.ProcessEnv): boolean =>
  wantedTools(environment).every((tool) => cachedTool(tool, engineCache(environment)) !== undefined);

// The packages of the project whose resources it serves, as the original launcher; one Node process less.
const dynamicProviderScript = `#!/bin/sh
script=$PWD/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js
[ -f "$script" ] || script=$(${shellQuote(process.execPath)} -e "console.log(require.resolve('@pulumi/pulumi/cmd/dynamic-provider'))") || exit 1
exec ${shellQuote(process.execPath)} "$script" "$@"
`;

/** Changes when anything changes that the toolchain was made from, in addition to the bundles' sources. */
function origins(checkout: string, home: Home, toolchain: Toolchain, environment: NodeJS.ProcessEnv): string {
  const stamp = (file: string | undefined): string => {
    const found = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    return found ? `${String(file)} ${String(found.mtimeMs)} ${String(found.size)}` : "";
  };
  return JSON.stringify([
    process.execPath,
    checkout,
    home.folder,
    stamp(firstOnPath(environment)),
    stamp(toolchain.engine.executable),
    existsSync(join(home.binFolder, "pulumi")),
    choosePlugins(toolchain.folder, environment).map(({ path }) => path),
    chooseFlyctl(toolchain.folder, environment).path,
    ...["pulumi-wrapper.ts", "vercel-wrapper.ts", "prepare.ts"].map((name) =>
      stamp(join(checkout, "sandbox", "toolchain", name)),
    ),
  ]);
}

/** What was prepared last in this home, without looking whether it is still so. */
export function readToolchain(home: Home): Toolchain | undefined {
  return readRecord(join(home.folder, "toolchain", "toolchain.json"))?.toolchain;
}

function readRecord(file: string): Prepared | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Prepared;
  } catch {
    return undefined;
  }
}

/** Puts a new script in place of one that may be running. */
function writeScript(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.next`, text);
  chmodSync(`${file}.next`, 0o755);
  renameSync(`${file}.next`, file);
}

/**
 * The `vercel` of a sandbox: the user's own, with the cloud's address on its command line, since no variable of the
 * environment does (vercel/vercel packages/cli/src/index.ts, `--api`).
 */
export function vercelWrapper(binFolder: string): string {
  return `#!/bin/sh
own=${shellQuote(binFolder)}
export VERCEL_TELEMETRY_DISABLED=1
IFS=:
for folder in $PATH; do
  [ "$folder" -ef "$own" ] && continue
  [ -x "$folder/vercel" ] && unset IFS && exec "$folder/vercel" --api "$VERCEL_API_URL" "$@"
done
echo "There is no vercel on the PATH. Install it with: npm install --global vercel" >&2
exit 127
`;
}

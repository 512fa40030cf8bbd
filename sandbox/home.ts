import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Where everything of one sandbox lives. Two sandboxes with different homes share nothing but the user's
 * cache (engine, bundles, layers of images), so several run side by side.
 */
export interface Home {
  /** The folder itself, absolute. */
  readonly folder: string;
  /** Addresses and process id of the running clouds; absent while they are stopped. */
  readonly endpointsFile: string;
  /** Tokens and the passphrase of the stacks' secrets provider; readable by the owner only. */
  readonly tokensFile: string;
  /** Data of one cloud: what it acknowledged, and what it built. */
  cloud(name: string): string;
  /** One file for each process that the clouds started, so that a crash leaves none behind. */
  readonly runFolder: string;
  /** Logs of the clouds and of every process that they run. */
  readonly logsFolder: string;
  /** `PULUMI_HOME`: the plugins of this sandbox. */
  readonly pulumiHome: string;
  /** The file backend that holds the stacks' state. */
  readonly stateFolder: string;
  /** Copies of the stack files of the checkout; the engine writes into these only. */
  readonly stacksFolder: string;
  /** Commands that come first on the PATH: `pulumi`, `flyctl`. */
  readonly binFolder: string;
}

/** The folder that `SANDBOX_HOME` names, or `.sandbox` in the checkout. */
export function homeFolder(checkout: string, sandboxHome: string | undefined): string {
  return sandboxHome ? resolve(sandboxHome) : join(checkout, ".sandbox");
}

/** The home that `SANDBOX_HOME` names, or `.sandbox` in the checkout. */
export function openHome(checkout: string, sandboxHome: string | undefined): Home {
  const folder = homeFolder(checkout, sandboxHome);
  const home: Home = {
    folder,
    endpointsFile: join(folder, "endpoints.json"),
    tokensFile: join(folder, "tokens.json"),
    cloud: (name) => join(folder, "cloud", name),
    runFolder: join(folder, "run"),
    logsFolder: join(folder, "logs"),
    pulumiHome: join(folder, "pulumi-home"),
    stateFolder: join(folder, "state"),
    stacksFolder: join(folder, "stacks"),
    binFolder: join(folder, "bin"),
  };
  for (const each of [
    home.runFolder,
    home.logsFolder,
    home.pulumiHome,
    home.stateFolder,
    home.stacksFolder,
    home.binFolder,
  ])
    mkdirSync(each, { recursive: true });
  return home;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../cli/sandbox.ts";
import type { PortState } from "../cloud/server/ports.ts";
import { openTokens, type Tokens } from "../environment.ts";
import { engineCache } from "../toolchain/engine.ts";
import { copyHolder, postgresPlace } from "./copy-home.ts";
import { snapshotFiles } from "./layout.ts";
import { readManifest, readPreparation, type Manifest } from "./manifest.ts";
import { newPorts } from "./new-ports.ts";
import { commitRestore, newRestoreFolder, removeFolder } from "./pending-restore.ts";
import { requireNoCommands, startAgain, whileStopped } from "./quiet-sandbox.ts";
import { reservePorts } from "./port-blocks.ts";
import { readdress } from "./readdress.ts";
import { withDiskFull } from "./save.ts";
import { pruneSnapshots, requireSnapshot } from "./snapshots.ts";

export interface Restored {
  readonly manifest: Manifest;
  /** Whether it answers at the addresses that it was saved with. */
  readonly keepsAddresses: boolean;
  /** Whether its clouds run: they do where this home's ran before. */
  readonly isRunning: boolean;
}

/** Puts a snapshot in the place of everything that the sandbox holds. */
export async function restoreSnapshot(sandbox: Sandbox, folder: string, name: string): Promise<Restored> {
  const { home, progress } = sandbox;
  const again = `bin/sandbox snapshot restore ${name}`;
  pruneSnapshots(folder);
  const snapshot = requireSnapshot(folder, name);
  const manifest = readManifest(snapshot, name);
  requireNoCommands(sandbox, again);
  const staged = newRestoreFolder(home.folder);
  const count = { files: 0 };
  try {
    return await progress.during(
      () => `restoring ${name}: ${String(count.files)} files copied`,
      async () => {
        const keepsAddresses = await stage(sandbox, snapshot, staged, manifest, () => (count.files += 1));
        const { wasRunning } = await whileStopped(sandbox, again, async () =>
          commitRestore(home.folder, staged),
        );
        if (wasRunning) await startAgain({ ...sandbox, tokens: openTokens(home) });
        return { manifest, keepsAddresses, isRunning: wasRunning };
      },
    );
  } catch (error) {
    removeFolder(staged);
    throw withDiskFull(error, home.folder);
  }
}

/** Copies the snapshot into `staged`, with the addresses that it will have. */
async function stage(
  { home, environment }: Sandbox,
  snapshot: string,
  staged: string,
  manifest: Manifest,
  copied: () => void,
): Promise<boolean> {
  const files = snapshotFiles(snapshot);
  const place = { home: staged, postgres: postgresPlace(home.folder, staged) };
  await copyHolder({ home: files.home, postgres: files.postgres }, place, {
    linksLayers: true,
    copied,
  });
  const portsFile = join("cloud", "server", "state.json");
  const blocks = join(engineCache(environment), "ports");
  const ports = await newPorts({
    ports: JSON.parse(readFileSync(join(files.home, portsFile), "utf8")) as PortState,
    isSameHome: manifest.home === home.folder,
    own: readOptional(join(home.folder, portsFile)),
    reserve: (count, avoid) => reservePorts(blocks, home.folder, count, avoid),
  });
  if (ports.size === 0) return true;
  const { passphrase } = JSON.parse(readFileSync(join(staged, "tokens.json"), "utf8")) as Tokens;
  await readdress({ folder: staged, preparation: readPreparation(snapshot), passphrase }, ports);
  return false;
}

function readOptional(file: string): PortState | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PortState;
  } catch {
    return undefined;
  }
}

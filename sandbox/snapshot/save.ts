import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Sandbox } from "../cli/sandbox.ts";
import { readEndpoints } from "../cli/clouds.ts";
import { cloudNames, type CloudName } from "../cloud/emulator.ts";
import { endLeftovers } from "../cloud/postgres/leftovers.ts";
import { sandboxEnvironment, type Endpoints } from "../environment.ts";
import { UserError } from "../user-error.ts";
import { copyHolder } from "./copy-home.ts";
import { sha256, sortedJson } from "./derived-digests.ts";
import { postgresFolder, snapshotFiles } from "./layout.ts";
import { snapshotFormat, type Manifest, type Preparation } from "./manifest.ts";
import { removeFolder } from "./pending-restore.ts";
import { requireNoCommands, startAgain, whileStopped } from "./quiet-sandbox.ts";
import { filesBelow, saltIn, savedStacks } from "./saved-states.ts";
import { nameSnapshot, newSnapshotFolder, pruneSnapshots, requireName, snapshotNames } from "./snapshots.ts";
import { deriveKey } from "./stack-secrets.ts";

export interface SaveOptions {
  readonly folder: string;
  readonly name: string;
  readonly replaces: boolean;
}

/** Saves the sandbox under a name. Clouds that run are stopped for the copy and started again. */
export async function saveSnapshot(sandbox: Sandbox, options: SaveOptions): Promise<Manifest> {
  const { home, progress } = sandbox;
  const { folder, name, replaces } = options;
  const again = `bin/sandbox snapshot save ${name}`;
  requireName(name);
  pruneSnapshots(folder);
  if (snapshotNames(folder).includes(name) && !replaces)
    throw new UserError(`There is a snapshot ${name} already. Replace it: ${again} --replace`, 2);
  if (!existsSync(join(home.cloud("server"), "state.json")))
    throw new UserError(
      `The sandbox in ${home.folder} holds nothing yet. Roll out first: bin/sandbox pulumi up --stack staging`,
      2,
    );
  requireNoCommands(sandbox, again);
  const partial = newSnapshotFolder(folder, name);
  const count = { files: 0 };
  try {
    const { result, wasRunning } = await progress.during(
      () =>
        `saving ${name}: ${count.files === 0 ? "stopping the clouds" : `${String(count.files)} files copied`}`,
      async () => {
        const digested = await settingsOf(sandbox);
        return whileStopped(sandbox, again, () =>
          writeSnapshot(sandbox, partial, digested, () => (count.files += 1)),
        );
      },
    );
    if (wasRunning) await startAgain(sandbox);
    // Afterwards, since deleting the one that had the name takes time.
    nameSnapshot(folder, partial, name);
    return result;
  } catch (error) {
    removeFolder(partial);
    throw withDiskFull(error, folder);
  }
}

async function writeSnapshot(
  { home, tokens }: Sandbox,
  folder: string,
  digested: readonly unknown[],
  copied: () => void,
): Promise<Manifest> {
  const files = snapshotFiles(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const postgres = postgresFolder(home);
  // Servers that a killed sandbox left would write while they are copied.
  for (const cluster of clustersIn(postgres)) await endLeftovers(cluster);
  const count = { files: 0 };
  const counted = (): void => {
    count.files += 1;
    copied();
  };
  await copyHolder(
    { home: home.folder, postgres },
    { home: files.home, postgres: files.postgres },
    {
      copied: counted,
    },
  );
  const preparation: Preparation = { keys: await keysOf(home.folder, tokens.passphrase), digested };
  writeFileSync(files.preparation, JSON.stringify(preparation), { mode: 0o600 });
  const manifest: Manifest = {
    format: snapshotFormat,
    savedAt: new Date().toISOString(),
    home: home.folder,
    bytes: filesBelow(folder).reduce((sum, file) => sum + lstatSync(file).size, 0),
    files: count.files,
    stacks: savedStacks(home.stateFolder),
  };
  // Last: a folder without it is no snapshot.
  writeFileSync(files.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  return manifest;
}

function clustersIn(postgres: string): readonly string[] {
  const folder = join(postgres, "clusters");
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

async function keysOf(home: string, passphrase: string): Promise<Readonly<Record<string, string>>> {
  const files = [...filesBelow(join(home, "state")), ...filesBelow(join(home, "stacks"))];
  const salts = new Set(files.flatMap((file) => saltIn(readFileSync(file, "utf8")) ?? []));
  const entries = [...salts].map(async (salt): Promise<[string, string]> => [
    salt,
    (await deriveKey(passphrase, salt)).toString("base64"),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

const settingsLimitMilliseconds = 60_000;

/**
 * The settings of each stack as the program reads them. Its states hold a digest of them, and the sandbox's addresses are
 * among them.
 */
async function settingsOf(sandbox: Sandbox): Promise<readonly unknown[]> {
  const { checkout, home, tokens, progress } = sandbox;
  const endpoints = readEndpoints(home) ?? noEndpoints();
  const env = sandboxEnvironment(checkout, home, endpoints, tokens, sandbox.environment);
  const read = async ({ name }: { readonly name: string }): Promise<readonly unknown[]> => {
    try {
      const words = [join(checkout, "bin", "rollout"), "settings", "--stack", name, "--json"];
      const options = { env, cwd: checkout, timeout: settingsLimitMilliseconds };
      const { stdout } = await promisify(execFile)(process.execPath, words, options);
      const { settings, digest } = JSON.parse(stdout) as { settings: unknown; digest: string };
      if (sha256(sortedJson(settings)) !== digest)
        throw new Error("their digest is not computed as the sandbox computes it");
      return [settings];
    } catch (error) {
      const why = ((error as { stderr?: string }).stderr || (error as Error).message).trim().split("\n")[0];
      progress.say(
        `The settings of ${name} could not be read (${why ?? ""}). Restored to other addresses, its next up will roll out again.`,
      );
      return [];
    }
  };
  return (await Promise.all(savedStacks(home.stateFolder).map(read))).flat();
}

/** Of clouds that do not run: nothing is asked of them. */
function noEndpoints(): Endpoints {
  const nowhere = "http://127.0.0.1:9";
  const clouds = Object.fromEntries(cloudNames.map((name) => [name, nowhere])) as Record<CloudName, string>;
  return { pid: 0, control: nowhere, clouds };
}

export function withDiskFull(error: unknown, folder: string): unknown {
  if (!["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) return error;
  return new UserError(
    `The disk of ${folder} is full; nothing was changed. Free some space (bin/sandbox snapshot list shows what is kept), ` +
      "or name a folder on another disk: --folder DIR",
  );
}

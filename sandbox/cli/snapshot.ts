import { parseArgs } from "node:util";
import { readManifest, type Manifest } from "../snapshot/manifest.ts";
import { restoreSnapshot } from "../snapshot/restore.ts";
import { saveSnapshot } from "../snapshot/save.ts";
import {
  deleteSnapshot,
  pruneSnapshots,
  requireSnapshot,
  snapshotNames,
  snapshotsFolder,
} from "../snapshot/snapshots.ts";
import { UserError } from "../user-error.ts";
import type { Sandbox } from "./sandbox.ts";
import { table } from "./table.ts";

const snapshotHelp = `bin/sandbox snapshot save NAME      saves everything that the sandbox holds
bin/sandbox snapshot restore NAME   puts a snapshot in its place
bin/sandbox snapshot list           what there is: when it was saved, how big it is, which releases it holds
bin/sandbox snapshot delete NAME

  bin/sandbox snapshot save before-the-migration
  bin/sandbox snapshot list
  bin/sandbox snapshot restore before-the-migration
  bin/sandbox snapshot save before-the-migration --replace
  bin/sandbox snapshot delete before-the-migration

A snapshot holds the clouds' data, the databases, images, uploads, the stacks with their states and files, and the tokens.
To save it, clouds that run are stopped for a few seconds. A restore replaces all of that in the sandbox; clouds that run
are stopped for it and started again, others start with the next command. In the home that it was saved from, a sandbox
keeps its addresses. In another one (SANDBOX_HOME=…) it gets new ones, so that both run side by side; the checkout there
must have the same commits.

  --replace      save: in place of the snapshot of that name
  --json         list: as JSON
  --folder DIR   where snapshots are kept (default: SANDBOX_SNAPSHOTS, or snapshots in ~/.cache/cloud-rollout)

Exit status: 0 done; 1 it failed, the disk is full or a command is using the sandbox, nothing was changed; 2 wrong use, no
snapshot of that name, or one of another version.
`;

const seeHelp = "See: bin/sandbox snapshot --help";

/** Saves and restores everything that a sandbox holds. */
export async function snapshot(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  if (args.some((word) => word === "--help" || word === "-h") || args[0] === "help") {
    process.stdout.write(snapshotHelp);
    return 0;
  }
  const [verb = "list", ...rest] = args[0]?.startsWith("-") ? ["list", ...args] : args;
  const { values, positionals } = optionsOf(verb, rest);
  const folder = snapshotsFolder(sandbox.environment, values.folder);
  switch (verb) {
    case "save": {
      const name = oneName(verb, positionals);
      const started = performance.now();
      const manifest = await saveSnapshot(sandbox, { folder, name, replaces: values.replace ?? false });
      print(`Saved ${name} in ${seconds(started)}: ${describe(manifest)}.`);
      return 0;
    }
    case "restore": {
      const name = oneName(verb, positionals);
      const started = performance.now();
      const { manifest, keepsAddresses, isRunning } = await restoreSnapshot(sandbox, folder, name);
      print(
        `Restored ${name} in ${seconds(started)}: ${stacksOf(manifest)}, ` +
          `${keepsAddresses ? "at the same addresses" : "at new addresses"}. ` +
          (isRunning ? "The clouds run." : "The next command starts the clouds: bin/sandbox pulumi …"),
      );
      return 0;
    }
    case "list":
      return list(folder, positionals, values.json ?? false);
    case "delete": {
      const name = oneName(verb, positionals);
      pruneSnapshots(folder);
      deleteSnapshot(folder, name);
      print(`Deleted ${name}.`);
      return 0;
    }
    default:
      throw new UserError(`There is no bin/sandbox snapshot ${verb}. ${seeHelp}`, 2);
  }
}

function list(folder: string, names: readonly string[], isJson: boolean): number {
  pruneSnapshots(folder);
  if (names.length > 0)
    throw new UserError(`bin/sandbox snapshot list takes no name, got ${names.join(" ")}. ${seeHelp}`, 2);
  const found = snapshotNames(folder).map((name) => ({ name, ...readListed(folder, name) }));
  if (isJson) print(JSON.stringify(found, undefined, 2));
  else if (found.length === 0)
    print(`There is no snapshot in ${folder}. Save one: bin/sandbox snapshot save NAME`);
  else
    for (const line of table(
      found.map((each) => [
        each.name,
        "fault" in each ? each.fault : each.savedAt.slice(0, 16).replace("T", " "),
        ...("fault" in each ? [] : [megabytes(each.bytes), stacksOf(each)]),
      ]),
    ))
      print(line);
  return 0;
}

/** One that cannot be restored is listed as well, with the reason. */
function readListed(folder: string, name: string): Manifest | { readonly fault: string } {
  try {
    return readManifest(requireSnapshot(folder, name), name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { fault: error.message };
  }
}

interface Options {
  readonly values: { readonly folder?: string; readonly replace?: boolean; readonly json?: boolean };
  readonly positionals: readonly string[];
}

function optionsOf(verb: string, args: readonly string[]): Options {
  const options = {
    folder: { type: "string" as const },
    ...(verb === "save" ? { replace: { type: "boolean" as const } } : {}),
    ...(verb === "list" ? { json: { type: "boolean" as const } } : {}),
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Options;
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(". ")[0] ?? ""}. ${seeHelp}`, 2);
  }
}

function oneName(verb: string, names: readonly string[]): string {
  const [name, ...more] = names;
  if (name !== undefined && more.length === 0) return name;
  const got = name === undefined ? "none" : names.join(" ");
  throw new UserError(
    `bin/sandbox snapshot ${verb} takes one name, got ${got}. For example: bin/sandbox snapshot ${verb} staging-live`,
    2,
  );
}

function describe(manifest: Manifest): string {
  return `${stacksOf(manifest)}, ${String(manifest.files)} files, ${megabytes(manifest.bytes)}`;
}

function stacksOf({ stacks }: Manifest): string {
  if (stacks.length === 0) return "no stack";
  return stacks
    .map(({ name, release }) => `${name} ${release?.slice(0, 12) ?? "without a release"}`)
    .join(", ");
}

const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

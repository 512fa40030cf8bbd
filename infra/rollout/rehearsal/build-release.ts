import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CannotBeRebuilt, takeFromClone } from "../../shared/files-of-commit.ts";
import { say } from "../../shared/say.ts";
import type { EachPart, Part } from "./parts.ts";
import { eachPart, parts } from "./parts.ts";
import { CommandFailed, runCommand } from "../../shared/run-command.ts";

/** The parts of a release: each one file that runs from anywhere, with the digest of what it was built from. */
export type Bundles = EachPart<{ readonly file: string; readonly digest: string }>;

const buildLimit = 120_000;
/** An installation of packages over a slow line. */
const installLimit = 300_000;

/** Builds a checkout by its own scripts into `out`. */
export async function buildRelease(checkout: string, out: string, signal: AbortSignal): Promise<Bundles> {
  const build = (script: string, folder: string): Promise<string> =>
    runCommand("npm", ["run", "--silent", "--workspace", "src", script, "--", "--out", folder], {
      folder: checkout,
      limitMilliseconds: buildLimit,
      signal,
    });
  const printed = (
    await Promise.all([build("build:web", join(out, "web")), build("build:workers", join(out, "workers"))])
  ).join("\n");
  const files: EachPart<string> = {
    web: join(out, "web", "functions", "api.func", "index.mjs"),
    worker: join(out, "workers", "worker.mjs"),
    regenerator: join(out, "workers", "regenerator.mjs"),
  };
  const endings: EachPart<string> = { web: "index", worker: "worker", regenerator: "regenerator" };
  return eachPart((part) => ({
    file: files[part],
    digest: new RegExp(`\\b${endings[part]}\\.mjs ([0-9a-f]{64})$`, "m").exec(printed)?.[1] ?? "",
  }));
}

/** What was rolled out of each part: the digest of its sources, and the commit that has them. */
export type Origins = EachPart<{ readonly source: string; readonly commit: string }>;

export interface RebuildArgs {
  readonly origins: Origins;
  /** The clone that has the commits, and packages that are installed. */
  readonly checkout: string;
  /** Where to work. */
  readonly folder: string;
  /** This checkout's own: a part that is of the same sources is not built again. */
  readonly own: Bundles;
  readonly signal: AbortSignal;
}

/**
 * Builds the release that is live from its commits, and proves by the digests of its record that it is that one. Of a
 * mixed release each part has its own commit.
 *
 * @throws CannotBeRebuilt
 */
export async function rebuildRelease({ origins, own, ...place }: RebuildArgs): Promise<Bundles> {
  const wanted = parts.filter((part) => own[part].digest !== origins[part].source);
  // Where the tree had been changed the digest of that stands behind the commit.
  const commitOf = (part: Part): string => origins[part].commit.replace(/^([0-9a-f]{40}).*$/, "$1");
  const rebuilt = new Map<Part, Bundles[Part]>();
  for (const commit of new Set(wanted.map(commitOf))) {
    const of = wanted.filter((part) => commitOf(part) === commit);
    const bundles = await rebuildCommit(commit, of, { ...place, origins });
    for (const part of of) rebuilt.set(part, bundles[part]);
  }
  return eachPart((part) => rebuilt.get(part) ?? own[part]);
}

type CommitPlace = Omit<RebuildArgs, "own">;

/** In a folder of its own. This checkout's packages mostly do: where not, the digests tell, and its own are installed. */
async function rebuildCommit(commit: string, of: readonly Part[], place: CommitPlace): Promise<Bundles> {
  const { origins, checkout: clone, signal } = place;
  const folder = join(place.folder, commit);
  const checkout = join(folder, "checkout");
  const name = commit.slice(0, 12);
  say(`taking commit ${name}, which is live, from the clone`);
  await mkdir(checkout, { recursive: true });
  await takeFromClone(commit, clone, { folder, checkout, signal });
  const packages = join(checkout, "node_modules");
  await symlink(resolve(clone, "node_modules"), packages, "junction");
  say(`building commit ${name}, which is live`);
  const build = (): Promise<Bundles> => buildRelease(checkout, join(folder, "built"), signal);
  const linked = await attempt(build);
  if (linked.bundles && differences(of, origins, linked.bundles).length === 0) return linked.bundles;
  if (await hasSamePackages(clone, checkout)) throw cannot(commit, of, origins, linked);
  say(`installing the packages of commit ${name}, which has others`);
  await rm(packages);
  const installed = await attempt(async () => {
    await runCommand("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      folder: checkout,
      limitMilliseconds: installLimit,
      signal,
    });
    return build();
  });
  if (installed.bundles && differences(of, origins, installed.bundles).length === 0) return installed.bundles;
  throw cannot(commit, of, origins, installed);
}

interface Attempt {
  readonly bundles?: Bundles;
  readonly reason?: string;
}

async function attempt(build: () => Promise<Bundles>): Promise<Attempt> {
  try {
    return { bundles: await build() };
  } catch (error) {
    if (error instanceof CommandFailed) return { reason: error.message };
    throw error;
  }
}

function differences(of: readonly Part[], origins: Origins, bundles: Bundles): readonly string[] {
  return of
    .filter((part) => bundles[part].digest !== origins[part].source)
    .map(
      (part) =>
        `${part} sources ${bundles[part].digest.slice(0, 12)} instead of ${origins[part].source.slice(0, 12)}`,
    );
}

function cannot(
  commit: string,
  of: readonly Part[],
  origins: Origins,
  { bundles, reason }: Attempt,
): CannotBeRebuilt {
  const name = commit.slice(0, 12);
  if (!bundles) return new CannotBeRebuilt(`its commit ${name} cannot be built here: ${reason ?? ""}`);
  const isDirty = of.some((part) => origins[part].commit !== commit);
  return new CannotBeRebuilt(
    `its commit ${name} builds something else than its record names (${differences(of, origins, bundles).join(", ")})` +
      (isDirty ? ", and it was rolled out from a tree that differed from it" : ""),
  );
}

async function hasSamePackages(one: string, other: string): Promise<boolean> {
  const [first, second] = [one, other].map((folder) => join(folder, "package-lock.json"));
  if (!first || !second || !existsSync(first) || !existsSync(second)) return false;
  return (await readFile(first, "utf8")) === (await readFile(second, "utf8"));
}

import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CannotBeRebuilt, takeFromClone } from "../../shared/files-of-commit.ts";
import { printedDigests } from "../../shared/printed-digests.ts";
import { say } from "../../shared/say.ts";
import { webPart } from "../records/entry.ts";
import { digestOfPaths } from "../../shared/digest-of-paths.ts";
import { apartNote } from "../../shared/apart.ts";
import { CommandFailed, runCommand } from "../../shared/run-command.ts";
import { runShell } from "../../shared/run-shell.ts";
import type { RehearsalBuild } from "./rehearsed-application.ts";

/** The parts of a release: each one file that runs from anywhere, with the digest of what it was built from. */
export type Bundles = Readonly<Record<string, BuiltPart>>;

export interface BuiltPart {
  readonly file: string;
  readonly digest: string;
}

const buildLimit = 120_000;
/** An installation of packages over a slow line. */
const installLimit = 300_000;

export interface BuildPlace {
  readonly checkout: string;
  /** Where to leave what is built. */
  readonly out: string;
  readonly build: RehearsalBuild;
  /** Names of the release's parts. */
  readonly parts: readonly string[];
  readonly signal: AbortSignal;
}

/** Builds a checkout by the application's own commands. */
export async function buildRelease(place: BuildPlace): Promise<Bundles> {
  const { checkout, out, build, parts, signal } = place;
  await mkdir(out, { recursive: true });
  // Before the builds, whose output may lie next to the sources.
  const listed = await Promise.all(
    parts.map(async (part) => {
      const sources = build.sources[part];
      return [part, sources && (await digestOfPaths(checkout, sources))] as const;
    }),
  );
  const digests = Object.fromEntries(listed);
  const printed = await Promise.all(
    build.commands.map((command) =>
      runShell(command, {
        folder: checkout,
        variables: { ROLLOUT_OUTPUT: out },
        limitMilliseconds: buildLimit,
        signal,
      }),
    ),
  );
  const built = printed.flatMap(printedDigests);
  return Object.fromEntries(
    parts.map((part) => {
      const file = part === webPart ? build.files.web : build.files.workers.replaceAll("NAME", part);
      const digest = digests[part] ?? built.find(({ path }) => `/${path}`.endsWith(`/${file}`))?.digest ?? "";
      return [part, { file: join(out, file), digest }];
    }),
  );
}

/** What was rolled out of each part: the digest of its sources, and the commit that has them. */
export type Origins = Readonly<Record<string, { readonly source: string; readonly commit: string }>>;

export interface RebuildArgs {
  readonly build: RehearsalBuild;
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
  const byCommit = new Map<string, Origins>();
  const bundles: Record<string, BuiltPart> = {};
  for (const [part, origin] of Object.entries(origins)) {
    const same = own[part];
    // Where the tree had been changed the digest of that stands behind the commit.
    const commit = origin.commit.replace(/^([0-9a-f]{40}).*$/, "$1");
    if (same?.digest === origin.source) bundles[part] = same;
    else byCommit.set(commit, { ...byCommit.get(commit), [part]: origin });
  }
  for (const [commit, origins] of byCommit) {
    const rebuilt = await rebuildCommit(commit, { ...place, origins });
    for (const [part, built] of Object.entries(rebuilt)) if (origins[part]) bundles[part] = built;
  }
  return bundles;
}

/** `origins` are those of one commit. */
type CommitPlace = Omit<RebuildArgs, "own">;

/** In a folder of its own. This checkout's packages mostly do: where not, the digests show it, and its own are installed. */
async function rebuildCommit(commit: string, place: CommitPlace): Promise<Bundles> {
  const { origins, build: how, checkout: clone, signal } = place;
  const folder = join(place.folder, commit);
  const checkout = join(folder, "checkout");
  const name = commit.slice(0, 12);
  say(`taking commit ${name}, which is live, from the clone`);
  await mkdir(checkout, { recursive: true });
  await takeFromClone(commit, clone, { folder, checkout, signal });
  const packages = join(checkout, "node_modules");
  const note = apartNote();
  if (note !== undefined) say(note);
  await symlink(resolve(clone, "node_modules"), packages, "junction");
  say(`building commit ${name}, which is live`);
  const parts = Object.keys(origins);
  const build = (): Promise<Bundles> =>
    buildRelease({ checkout, out: join(folder, "built"), build: how, parts, signal });
  const linked = await attempt(build);
  if (linked.bundles && differences(origins, linked.bundles).length === 0) return linked.bundles;
  if (await hasSamePackages(clone, checkout)) throw cannot(commit, origins, linked);
  say(`installing the packages of commit ${name}, which has others`);
  await rm(packages);
  const installed = await attempt(async () => {
    await runCommand("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      folder: checkout,
      limitMilliseconds: installLimit,
      signal,
      isForeign: true,
    });
    return build();
  });
  if (installed.bundles && differences(origins, installed.bundles).length === 0) return installed.bundles;
  throw cannot(commit, origins, installed);
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

function differences(origins: Origins, bundles: Bundles): readonly string[] {
  return Object.entries(origins)
    .map(([part, { source }]) => ({ part, source, digest: bundles[part]?.digest ?? "none" }))
    .filter(({ source, digest }) => digest !== source)
    .map(
      ({ part, source, digest }) =>
        `${part} sources ${digest.slice(0, 12)} instead of ${source.slice(0, 12)}`,
    );
}

function cannot(commit: string, origins: Origins, { bundles, reason }: Attempt): CannotBeRebuilt {
  const name = commit.slice(0, 12);
  if (!bundles) return new CannotBeRebuilt(`its commit ${name} cannot be built here: ${reason ?? ""}`);
  const isDirty = Object.values(origins).some((origin) => origin.commit !== commit);
  return new CannotBeRebuilt(
    `its commit ${name} builds something else than its record names (${differences(origins, bundles).join(", ")})` +
      (isDirty ? ", and it was rolled out from a tree that differed from it" : ""),
  );
}

async function hasSamePackages(one: string, other: string): Promise<boolean> {
  const [first, second] = [one, other].map((folder) => join(folder, "package-lock.json"));
  if (!first || !second || !existsSync(first) || !existsSync(second)) return false;
  return (await readFile(first, "utf8")) === (await readFile(second, "utf8"));
}

import { join } from "node:path";
import { sameValue } from "../../shared/same-value.ts";
import type { Composition } from "../records/entry.ts";
import type { SmokeCommand } from "../smoke/run-smoke-command.ts";
import { partsOf, sourcesOf } from "../records/entry.ts";
import {
  commitsOf,
  requireDeclared,
  requireOrdinary,
  withTodaysAddresses,
} from "../records/recorded-variables.ts";
import type { Bundles } from "./build-release.ts";
import { buildRelease, rebuildRelease } from "./build-release.ts";
import { CannotBeRebuilt } from "../../shared/files-of-commit.ts";
import type { RehearsalBuild, RehearsedApplication } from "./rehearsed-application.ts";
import type { LiveRelease } from "./live-release.ts";
import type { Trial } from "./try-release.ts";
import { tryRelease } from "./try-release.ts";
import type { LiveTrial } from "./verdict.ts";

export interface BothArgs {
  /** What is live; `unrecorded` where that is unknown. */
  readonly live: LiveRelease | "unrecorded";
  /** Folder of the release that is to go out. */
  readonly checkout: string;
  /** Where to build. */
  readonly folder: string;
  /** Digests of the sources of the release that is to go out, by part. */
  readonly sources: Readonly<Record<string, string>>;
  /** Plain variables of that release. */
  readonly variables: Composition["variables"];
  /** Secret. What both get in addition, always the current ones. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Secret. The same of the web. */
  readonly webSecrets?: Readonly<Record<string, string>> | undefined;
  readonly smokeTest: SmokeCommand;
  readonly application: Pick<RehearsedApplication, "build" | "healthPath">;
  /** Files in which a commit names its variables, from the project's folder; absent in the states of earlier versions. */
  readonly declaredIn?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Runs releases against a database whose address is secret. */
export interface Trials {
  /** The release that is live, and then the new one. */
  readonly both: (databaseUrl: string) => Promise<{ readonly live: LiveTrial; readonly next: Trial }>;
  readonly live: (databaseUrl: string) => Promise<LiveTrial>;
}

/** Builds both releases while something else is prepared; no build outlives `work`. */
export async function withBothReleases<T>(args: BothArgs, work: (trials: Trials) => Promise<T>): Promise<T> {
  const { checkout, folder, signal, application } = args;
  const { build } = application;
  if (build === undefined) {
    const untried: LiveTrial = { works: "untried" };
    return work({
      both: () => Promise.resolve({ live: untried, next: { works: true } }),
      live: () => Promise.resolve(untried),
    });
  }
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const parts = Object.keys(args.sources);
  const next = buildRelease({ checkout, out: join(folder, "new"), build, parts, signal: until });
  const before = next.then((own) => builtBefore({ ...args, build }, own, until));
  // What fails before it is awaited is reported when it is.
  const settled = Promise.allSettled([next, before]);
  try {
    return await work({
      both: async (databaseUrl) => tryEach(args, databaseUrl, await next, await before),
      live: async (databaseUrl) => tryLive(args, databaseUrl, await next, await before),
    });
  } finally {
    over.abort();
    await settled;
  }
}

type Before = Bundles | CannotBeRebuilt | "same";

async function builtBefore(
  {
    live,
    checkout,
    folder,
    sources,
    variables,
    declaredIn,
    build,
  }: BothArgs & { readonly build: RehearsalBuild },
  own: Bundles,
  signal: AbortSignal,
): Promise<Before> {
  if (live === "unrecorded")
    return new CannotBeRebuilt("an earlier version rolled it out, which kept no record of it");
  const { composition } = live;
  const isSame = sameValue(sourcesOf(composition), sources) && sameValue(composition.variables, variables);
  if (isSame) return "same";
  try {
    await requireDeclared(composition.variables, {
      ...{ today: variables, commits: commitsOf(composition, live.commit) },
      ...{ files: declaredIn ?? [], clone: checkout, signal },
    });
    const place = { build, checkout, folder: join(folder, "live"), own, signal };
    return await rebuildRelease({ ...place, origins: partsOf(composition) });
  } catch (error) {
    if (error instanceof CannotBeRebuilt) return error;
    throw error;
  }
}

/** One after the other: both take jobs from the same queue. */
async function tryEach(
  args: BothArgs,
  databaseUrl: string,
  own: Bundles,
  before: Before,
): Promise<Awaited<ReturnType<Trials["both"]>>> {
  const live = await tryLive(args, databaseUrl, own, before);
  if (before === "same" && (live.works === true || live.works === false)) return { live, next: live };
  return { live, next: await tryOwn(args, databaseUrl, own) };
}

async function tryLive(
  args: BothArgs,
  databaseUrl: string,
  own: Bundles,
  before: Before,
): Promise<LiveTrial> {
  const { live, secrets, webSecrets, smokeTest, checkout, signal, application } = args;
  const { healthPath } = application;
  if (before === "same") return tryOwn(args, databaseUrl, own);
  if (before instanceof CannotBeRebuilt || live === "unrecorded")
    return { works: "unknown", reason: before instanceof CannotBeRebuilt ? before.message : "" };
  requireOrdinary(live.composition.variables);
  return tryRelease({
    ...{ databaseUrl, secrets, webSecrets, smokeTest, checkout, signal, healthPath },
    what: `the live release ${live.commit.slice(0, 12)}`,
    bundles: before,
    variables: withTodaysAddresses(live.composition.variables, args.variables),
  });
}

function tryOwn(
  { variables, secrets, webSecrets, smokeTest, checkout, signal, application }: BothArgs,
  databaseUrl: string,
  bundles: Bundles,
): Promise<Trial> {
  return tryRelease({
    ...{ databaseUrl, secrets, webSecrets, smokeTest, checkout, signal, bundles, variables },
    healthPath: application.healthPath,
    what: "this release",
  });
}

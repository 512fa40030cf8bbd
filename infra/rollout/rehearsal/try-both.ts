import { join } from "node:path";
import { sameValue } from "../../shared/same-value.ts";
import type { Composition } from "../records/entry.ts";
import type { Bundles } from "./build-release.ts";
import { buildRelease, rebuildRelease } from "./build-release.ts";
import { CannotBeRebuilt } from "../../shared/files-of-commit.ts";
import type { LiveRelease } from "./live-release.ts";
import type { EachPart } from "./parts.ts";
import { parts } from "./parts.ts";
import type { Trial } from "./try-release.ts";
import { tryRelease } from "./try-release.ts";
import type { LiveTrial } from "./verdict.ts";

export interface BothArgs {
  /** What is live; `unrecorded` where nobody knows. */
  readonly live: LiveRelease | "unrecorded";
  /** Folder of the release that is to go out. */
  readonly checkout: string;
  /** Where to build. */
  readonly folder: string;
  /** Digests of the sources of the release that is to go out. */
  readonly sources: EachPart<string>;
  /** Plain variables of that release. */
  readonly variables: Composition["variables"];
  /** Secret. What both get besides, always the current ones. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Runs the release that is live, and then the new one, against a database whose address is secret. */
export type TryBoth = (databaseUrl: string) => Promise<{ readonly live: LiveTrial; readonly next: Trial }>;

/** Builds both releases while something else is prepared; no build outlives `work`. */
export async function withBothReleases<T>(
  args: BothArgs,
  work: (tryBoth: TryBoth) => Promise<T>,
): Promise<T> {
  const { checkout, folder, signal } = args;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const next = buildRelease(checkout, join(folder, "new"), until);
  const before = next.then((own) => builtBefore(args, own, until));
  // What fails before somebody awaits it is told when somebody does.
  const settled = Promise.allSettled([next, before]);
  try {
    return await work(async (databaseUrl) => tryEach(args, databaseUrl, await next, await before));
  } finally {
    over.abort();
    await settled;
  }
}

type Before = Bundles | CannotBeRebuilt | "same";

async function builtBefore(
  { live, checkout, folder, sources, variables }: BothArgs,
  own: Bundles,
  signal: AbortSignal,
): Promise<Before> {
  if (live === "unrecorded")
    return new CannotBeRebuilt("an earlier version rolled it out, which kept no record of it");
  const { composition } = live;
  const isSame =
    parts.every((part) => composition[part].source === sources[part]) &&
    sameValue(composition.variables, variables);
  if (isSame) return "same";
  try {
    const place = { checkout, folder: join(folder, "live"), own, signal };
    return await rebuildRelease({ ...place, origins: composition });
  } catch (error) {
    if (error instanceof CannotBeRebuilt) return error;
    throw error;
  }
}

/** One after the other: both take jobs from the same queue. */
async function tryEach(
  { live, variables, secrets, signal }: BothArgs,
  databaseUrl: string,
  own: Bundles,
  before: Before,
): Promise<Awaited<ReturnType<TryBoth>>> {
  const place = { databaseUrl, secrets, signal };
  const tryOwn = (): Promise<Trial> =>
    tryRelease({ ...place, what: "this release", bundles: own, variables });
  if (before === "same") {
    const trial = await tryOwn();
    return { live: trial, next: trial };
  }
  if (before instanceof CannotBeRebuilt || live === "unrecorded")
    return {
      live: { works: "unknown", reason: before instanceof CannotBeRebuilt ? before.message : "" },
      next: await tryOwn(),
    };
  const tried = await tryRelease({
    ...place,
    what: `the live release ${live.commit.slice(0, 12)}`,
    bundles: before,
    variables: live.composition.variables,
  });
  return { live: tried, next: await tryOwn() };
}

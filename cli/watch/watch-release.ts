import type { WatchSettings } from "../../stacks/settings/schema/watch.ts";
import type { Watched } from "./judge.ts";
import { judge } from "./judge.ts";
import type { WatchClock } from "./limit.ts";
import { realClock, unlessAborted } from "./limit.ts";
import type { Problem, Sample } from "./sample.ts";
import type { Seen, Source } from "./sources/source.ts";
import { reasonOf } from "./sources/source.ts";
import type { Verdict } from "./verdict.ts";

export interface WatchArgs {
  readonly sources: readonly Source[];
  readonly watched: Watched;
  readonly settings: WatchSettings;
  readonly forSeconds: number;
  /** Whether the first condemnation ends it; else it goes on, so that a recovery is seen. */
  readonly endsWhenCondemned: boolean;
  /** Aborted by Ctrl-C: ends the watch at once, also in the middle of a look. */
  readonly interrupted: AbortSignal;
  readonly clock?: WatchClock;
  readonly onLook?: (verdict: Verdict, sample: Sample, seconds: number) => void;
}

/** Looks at a live release for a time and judges it by all that was seen. */
export async function watchRelease(args: WatchArgs): Promise<Verdict> {
  const { sources, watched, settings, forSeconds, interrupted, clock = realClock } = args;
  const begun = clock.now();
  const samples: Sample[] = [];
  let verdict = judge(samples, watched, settings);
  try {
    while (!interrupted.aborted) {
      const at = clock.now();
      const sample = await unlessAborted(interrupted, look(sources, at, interrupted));
      // What was broken off proves nothing of the release.
      if (!sample) break;
      samples.push(sample);
      verdict = judge(samples, watched, settings);
      args.onLook?.(verdict, sample, (at - begun) / 1000);
      if (verdict.verdict === "fail" && args.endsWhenCondemned) return verdict;
      const left = begun + forSeconds * 1000 - clock.now();
      if (left <= 0) return verdict;
      await clock.wait(Math.min(left, settings.everySeconds * 1000), interrupted);
    }
  } finally {
    await Promise.all(sources.map((source) => source.close?.() ?? Promise.resolve()));
  }
  const seconds = Math.round((clock.now() - begun) / 1000);
  const problem: Problem = {
    what: `the watch was interrupted after ${String(seconds)} s of ${String(forSeconds)} s`,
    remedy: "bin/rollout watch judges the release that is live",
  };
  if (verdict.verdict === "fail") return verdict;
  return { ...verdict, verdict: "inconclusive", problems: [problem, ...verdict.problems] };
}

async function look(sources: readonly Source[], at: number, signal: AbortSignal): Promise<Sample> {
  const seen = await Promise.all(
    sources.map((source) =>
      source.look(at, signal).catch((error: unknown): Seen => ({ problems: [unseen(error)] })),
    ),
  );
  return {
    at,
    health: seen.flatMap(({ health = [] }) => health),
    performance: seen.flatMap(({ performance = [] }) => performance),
    business: seen.flatMap(({ business = [] }) => business),
    problems: seen.flatMap(({ problems = [] }) => problems),
  };
}

function unseen(error: unknown): Problem {
  return {
    what: `the clouds were not seen (${reasonOf(error)})`,
    remedy: "bin/rollout doctor names a token or right that is missing; then bin/rollout watch again",
  };
}

import type { WatchSettings } from "../../stacks/settings/schema/watch.ts";
import { judgeBusiness, judgePerformance } from "./judge-figures.ts";
import { judgeHealth } from "./judge-health.ts";
import type { Problem, Sample } from "./sample.ts";
import type { Verdict } from "./verdict.ts";
import { merged } from "./verdict.ts";

/** What has to be judged before a release passes. */
export interface Watched {
  /** Parts whose health is looked at. */
  readonly parts: readonly string[];
  /** Parts whose requests are measured. */
  readonly measured: readonly string[];
  /** Names of what is counted. */
  readonly counted: readonly string[];
}

/**
 * What is to be concluded of a release from the looks at it so far. Nothing that could not be measured passes.
 *
 * @param samples oldest first.
 */
export function judge(samples: readonly Sample[], watched: Watched, settings: WatchSettings): Verdict {
  const { findings, cleared, evidence, problems } = merged([
    ...watched.parts.map((part) => judgeHealth(part, samples, settings)),
    ...watched.measured.map((part) => judgePerformance(part, samples, settings)),
    ...watched.counted.map((name) => judgeBusiness(name, samples, settings)),
  ]);
  const nothing: readonly Problem[] =
    watched.measured.length === 0
      ? [
          {
            what: "no requests are measured",
            remedy:
              "declare watch.requests in rollout.config.ts (docs/watch.md), or set rollout:watch.syntheticLoad",
          },
        ]
      : [];
  // What the newest look could not measure explains the rest, and stands first.
  const all = [...(samples.at(-1)?.problems ?? []), ...nothing, ...problems];
  if (findings.length > 0) return { verdict: "fail", findings, cleared, evidence, problems: all };
  return { verdict: all.length > 0 ? "inconclusive" : "pass", findings, cleared, evidence, problems: all };
}

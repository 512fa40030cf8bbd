import type { CloudAccess } from "../shared/cloud-access.ts";
import { explained } from "../dynamic/explain-error.ts";
import { watchingCalls } from "../shared/cloud-calls.ts";
import type { Leftover, PreviewPlace } from "./leftover.ts";
import { previewsOnFly } from "./on-fly.ts";
import { atWorkOn, previewsOnGitHub, pullRequestOnGitHub } from "./on-github.ts";
import type { NeonPreviews } from "./on-neon.ts";
import { previewsOnNeon } from "./on-neon.ts";
import { previewsOnVercel } from "./on-vercel.ts";
import type { Verdict } from "./verdict.ts";
import { verdictOn } from "./verdict.ts";

/** Everything that the clouds have of the environment of one pull request. */
export interface Preview {
  readonly pullRequest: number;
  /** In the order in which it goes: what runs first, the lease last. */
  readonly leftovers: readonly Leftover[];
  readonly verdict: Verdict;
  /** Whether it has its database branch, complete or half made. */
  readonly hasBranch: boolean;
}

/** The environments of pull requests and the room for more, as the clouds show them. */
export interface Previews {
  readonly found: readonly Preview[];
  readonly room: { readonly branches: number; readonly limit: number | undefined };
}

/** All that the clouds have of environments of pull requests, in the order in which it goes. */
export async function leftoversOf(place: PreviewPlace, access: CloudAccess): Promise<readonly Leftover[]> {
  return (await lookAtClouds(place, access)).all;
}

async function lookAtClouds(
  place: PreviewPlace,
  access: CloudAccess,
): Promise<{ readonly all: readonly Leftover[]; readonly neon: NeonPreviews }> {
  const [neon, fly, vercel, github] = await Promise.all([
    told(() => previewsOnNeon(place, access)),
    told(() => previewsOnFly(place, access)),
    told(() => previewsOnVercel(place, access)),
    told(() => previewsOnGitHub(place, access)),
  ]);
  return { all: [...fly, ...vercel, ...neon.leftovers, ...github], neon };
}

/** Finds every environment of a pull request by names and marks at the clouds; no state is asked. */
export async function findPreviews(place: PreviewPlace, access: CloudAccess, now: Date): Promise<Previews> {
  const { all, neon } = await lookAtClouds(place, access);
  const numbers = [...new Set(all.map(({ pullRequest }) => pullRequest))].sort((left, right) => left - right);
  const found = await Promise.all(
    numbers.map(async (pullRequest): Promise<Preview> => {
      const [seen, atWork] = await Promise.all([
        pullRequestOnGitHub(place, access, pullRequest),
        atWorkOn(place, access, pullRequest),
      ]);
      const environment = {
        pullRequest: seen.state,
        hasBranch: neon.expiries.has(pullRequest),
        expiresAt: neon.expiries.get(pullRequest),
        atWork,
      };
      return {
        pullRequest,
        leftovers: all.filter((each) => each.pullRequest === pullRequest),
        verdict: verdictOn(environment, now),
        hasBranch: environment.hasBranch,
      };
    }),
  );
  return { found, room: { branches: neon.branches, limit: neon.limit } };
}

/** Several clouds are asked at once, and an error names the call that failed, not the last one of all. */
function told<T>(work: () => Promise<T>): Promise<T> {
  return watchingCalls(work, explained);
}

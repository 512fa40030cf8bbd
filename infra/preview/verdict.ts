import type { PullRequestState } from "./on-github.ts";

/** What is known of an environment when nothing but the clouds is asked. */
export interface SeenEnvironment {
  readonly pullRequest: PullRequestState;
  /** Whether it has a database branch. Neon deletes one that has expired automatically. */
  readonly hasBranch: boolean;
  /** When the branch ends (RFC 3339); absent where it does not. */
  readonly expiresAt?: string | undefined;
  /** The rollout that is at work on it, where one is. */
  readonly atWork?: string | undefined;
}

/** Whether an environment goes, and why or why not. */
export interface Verdict {
  readonly goes: boolean;
  readonly because: string;
}

/** Judges whether the environment of a pull request is one that is not needed any more. */
export function verdictOn(seen: SeenEnvironment, now: Date): Verdict {
  if (seen.atWork !== undefined) return { goes: false, because: `${seen.atWork} is at work on it` };
  if (seen.pullRequest !== "open")
    return {
      goes: true,
      because: seen.pullRequest === "closed" ? "the pull request is closed" : "there is no such pull request",
    };
  if (!seen.hasBranch) return { goes: true, because: "its database branch is gone" };
  // Written so that a date which cannot be read keeps no environment for ever.
  if (seen.expiresAt !== undefined && !(Date.parse(seen.expiresAt) > now.getTime()))
    return { goes: true, because: `it has expired at ${seen.expiresAt}` };
  return { goes: false, because: "the pull request is open" };
}

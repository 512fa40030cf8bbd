import type { Thing } from "./stack-names.ts";

/** A thing that exists under a name of the stack. */
export interface FoundThing extends Thing {
  /** What it is or holds, as it was found. */
  readonly state: string;
  /** What a rollout would do to it; absent where that loses nothing. */
  readonly harm?: string;
  /** The thing that it came into being with: whoever made that one made this one. */
  readonly partOf?: Thing;
}

/** Names in a sentence: `a, b and c`. */
export function listed(names: readonly string[]): string {
  const [last = "", ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`;
}

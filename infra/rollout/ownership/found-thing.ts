import type { Thing } from "./stack-names.ts";

/** A thing that exists under a name of the stack. */
export interface FoundThing extends Thing {
  /** What it is or holds, as it was found. */
  readonly state: string;
  /** What a rollout would do to it; absent where that loses nothing. */
  readonly harm?: string;
  /** Why it cannot be adopted, as the change that allows it. */
  readonly obstacle?: string;
  /** The thing that was created together with it, by the same creator. */
  readonly partOf?: Thing;
}

/** Names in a sentence: `a, b and c`. */
export function listed(names: readonly string[]): string {
  const [last = "", ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`;
}

import type { CloudName } from "../emulator.ts";
import { figuresOf } from "./delay-figures.ts";

/** How long the clouds take to answer. */
export const delayProfiles = {
  none: "as fast as this machine is",
  "50ms": "50 ms for each call",
  realistic: "as long as the real clouds are known, or assumed, to take; reads lag 1 s behind writes",
} as const;
export type DelayProfile = keyof typeof delayProfiles;

interface Call {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
}

/**
 * For how long reads lag behind writes, in milliseconds. Assumed: reports name up to 30 s as the exception (read-lag.ts), and
 * nothing was found published of the usual time.
 */
export function lagOfProfile(profile: DelayProfile, cloud: CloudName): number {
  return profile === "realistic" && cloud !== "ai" ? 1_000 : 0;
}

/** The delay of one call in milliseconds. */
export function delayOf(profile: DelayProfile, call: Call, random: () => number): number {
  if (profile === "none") return 0;
  if (profile === "50ms") return 50;
  const { median, ninth } = figuresOf(call);
  // Times of remote calls are about log-normal (github.com/mbostock gist 5503544): two quantiles fix the curve.
  const spread = Math.log(ninth / median) / ninthQuantile;
  return Math.round(median * Math.exp(spread * normal(random)));
}

/** Of the standard normal distribution, at 0.9. */
const ninthQuantile = 1.2816;

/** Box and Muller's. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function openRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** By how much one series of intervals is above another one. */
export interface Ratio {
  /** 1.3 where it is 30 % above. */
  readonly ratio: number;
  /** With the given confidence it is no less, */
  readonly from: number;
  /** and with the same confidence no more. */
  readonly to: number;
}

export interface BootstrapOptions {
  /** Probability with which each of both bounds holds, alone. */
  readonly confidence: number;
  /** The same series and seed give the same bounds. @default 1 */
  readonly seed?: number;
  /** @default 1,000 */
  readonly resamples?: number;
}

/** Share of the lowest and of the highest intervals that do not count: a machine that is busy with something else stalls in many of them. */
const trimmed = 0.35;
/** Below it a time is not measured, in milliseconds; a logarithm needs more than 0. */
const least = 0.01;

/**
 * The ratio of two series of positive figures, one for each interval of two runs, with bounds by a moving-block bootstrap: neighbouring
 * intervals are alike, since a busy machine stays busy for some of them, and drawn one by one they would look more certain than they are.
 */
export function bootstrapRatio(
  baseline: readonly number[],
  candidate: readonly number[],
  { confidence, seed = 1, resamples = 1_000 }: BootstrapOptions,
): Ratio {
  const [before, after] = [Float64Array.from(baseline, logOf), Float64Array.from(candidate, logOf)];
  const random = randomFrom(seed);
  const differences = Float64Array.from(
    { length: resamples },
    () => center(resample(after, random)) - center(resample(before, random)),
  ).sort();
  const at = (share: number): number =>
    differences[Math.min(resamples - 1, Math.max(0, Math.round(share * (resamples - 1))))] ?? 0;
  return {
    ratio: Math.exp(center(after.slice()) - center(before.slice())),
    from: Math.exp(at(1 - confidence)),
    to: Math.exp(at(confidence)),
  };
}

const logOf = (value: number): number => Math.log(Math.max(value, least));

/** The trimmed mean; sorts the values. */
function center(values: Float64Array): number {
  values.sort();
  const cut = Math.floor(values.length * trimmed);
  let sum = 0;
  for (let index = cut; index < values.length - cut; index += 1) sum += values[index] ?? 0;
  return sum / (values.length - 2 * cut);
}

/** As many values, in blocks of neighbours that begin anywhere; behind the last one stands the first one. */
function resample(values: Float64Array, random: () => number): Float64Array {
  const { length } = values;
  const block = Math.ceil(Math.cbrt(length));
  const drawn = new Float64Array(length);
  let start = 0;
  for (let index = 0; index < length; index += 1) {
    if (index % block === 0) start = Math.floor(random() * length);
    drawn[index] = values[(start + (index % block)) % length] ?? 0;
  }
  return drawn;
}

/** Numbers from 0 up to 1 by the generator mulberry32: the same seed gives the same ones. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When requests are sent, and which: pure, so that a profile means the same on every machine. */

/** A load by a rate grows from 0 to the rate in the ramp, and stays there. */
export interface Pace {
  /** Requests per second. */
  readonly rate: number;
  readonly rampSeconds: number;
}

/** When a request of a load is due, in seconds from its beginning. Its first one has the index 0. */
export function dueAt(index: number, { rate, rampSeconds }: Pace): number {
  const inRamp = (rate * rampSeconds) / 2;
  return index < inRamp ? Math.sqrt((2 * index * rampSeconds) / rate) : rampSeconds + (index - inRamp) / rate;
}

/**
 * The order in which kinds of requests are sent, by their weights: 3, 2 and 1 are `a b a c b a`, and begin again. Spread as evenly as they
 * can be (smooth weighted round-robin), so that every part of a load is the same mixture.
 */
export function mixture<Kind extends { readonly weight: number }>(kinds: readonly Kind[]): readonly Kind[] {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  const credit = kinds.map(() => 0);
  return Array.from({ length: total }, () => {
    let chosen = 0;
    for (const [index, { weight }] of kinds.entries()) {
      credit[index] = (credit[index] ?? 0) + weight;
      if ((credit[index] ?? 0) > (credit[chosen] ?? 0)) chosen = index;
    }
    credit[chosen] = (credit[chosen] ?? 0) - total;
    const kind = kinds[chosen];
    if (!kind) throw new Error("Internal error: a load without requests");
    return kind;
  });
}

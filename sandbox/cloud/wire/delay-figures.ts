import type { CloudName } from "../emulator.ts";

/** Milliseconds until an answer: half of the calls are faster than `median`, nine of ten faster than `ninth`. */
export interface Figures {
  readonly median: number;
  readonly ninth: number;
}

interface Kind {
  readonly method: RegExp;
  readonly path: RegExp;
  readonly figures: Figures;
}

const any = /^/;
const reads = /^(GET|HEAD)$/;

/**
 * The first kind that a call belongs to counts. Only two figures were found published:
 * - GitHub, reads: median 206 ms, 80 % within 114 and 527 ms, of 10,000 calls seen from a host in the United States
 *   (gist.github.com/mbostock/5503544, "Gist API Latency", 2013).
 * - Fly.io: "boot instances in about 300ms", 20 to 50 ms for the API alone near by, 300 ms from far away
 *   (fly.io/blog/fly-machines). Creating pulls the image first, so it takes longer: assumed.
 * Every other figure is assumed: a read costs a crossing of an ocean and a look-up, a write about twice that. Work that
 * goes on behind an answer (Neon's operations, builds, machines that start) takes its time in the emulators themselves.
 */
const kinds: Readonly<Record<CloudName, readonly Kind[]>> = {
  neon: [
    { method: reads, path: any, figures: { median: 150, ninth: 350 } },
    { method: /^POST$/, path: /\/projects$/, figures: { median: 900, ninth: 2_000 } },
    { method: any, path: any, figures: { median: 350, ninth: 900 } },
  ],
  fly: [
    // Waits on its own, for as long as its argument sets.
    { method: reads, path: /\/wait$/, figures: { median: 50, ninth: 150 } },
    { method: reads, path: any, figures: { median: 120, ninth: 300 } },
    { method: /^POST$/, path: /\/machines$/, figures: { median: 1_200, ninth: 3_000 } },
    { method: any, path: any, figures: { median: 300, ninth: 700 } },
  ],
  vercel: [
    { method: reads, path: any, figures: { median: 180, ninth: 450 } },
    { method: /^POST$/, path: /\/deployments$/, figures: { median: 1_000, ninth: 2_500 } },
    { method: any, path: any, figures: { median: 350, ninth: 900 } },
  ],
  github: [
    { method: reads, path: any, figures: { median: 206, ninth: 527 } },
    { method: any, path: any, figures: { median: 400, ninth: 1_000 } },
  ],
  // One path for reads and writes.
  railway: [{ method: any, path: any, figures: { median: 250, ninth: 700 } }],
  ai: [{ method: any, path: any, figures: { median: 2_500, ninth: 6_000 } }],
};

export function figuresOf(call: {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
}): Figures {
  const kind = kinds[call.cloud].find(({ method, path }) => method.test(call.method) && path.test(call.path));
  if (!kind) throw new Error(`Internal error: ${call.cloud} has no figures for ${call.method} ${call.path}`);
  return kind.figures;
}

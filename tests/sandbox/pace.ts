import { performance } from "node:perf_hooks";
import { afterAll, expect } from "vitest";
import type { Sandbox } from "./sandbox.ts";

/**
 * How long the clouds take for each call: with `ROLLOUT_PROFILE=realistic` as long as the real ones, by what is measured of
 * them; by default as fast as the machine is.
 */
const profile = process.env["ROLLOUT_PROFILE"] ?? "none";
const isRealistic = profile === "realistic";

/** How long a release may take to be live again, its variables alone, and a database to be back: in seconds. */
export const limits = { release: 5 * 60, variables: 2 * 60, database: 30 * 60 };

export async function setPace(sandbox: Sandbox): Promise<void> {
  await sandbox.read("faults", "profile", profile);
}

/** With the real clouds' times it fails where that is over the limit. On a fast cloud the times are the machine's. */
export function expectWithin(limitSeconds: number, seconds: number, name: string): void {
  if (isRealistic) expect(seconds, name).toBeLessThan(limitSeconds);
}

export interface Pace {
  /** Runs it and keeps how long it took, for which there is a limit with the real clouds' times. */
  readonly within: <T>(limitSeconds: number, name: string, act: () => Promise<T>) => Promise<T>;
}

/** How long rollbacks take, printed after the last test. */
export function usePace(): Pace {
  const times = new Map<string, number>();
  afterAll(() => {
    const lines = [...times].map(([name, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
    process.stdout.write(`Rollback times, clouds as fast as "${profile}":\n${lines.join("")}`);
  });
  return {
    within: async (limitSeconds, name, act) => {
      const begun = performance.now();
      const result = await act();
      const seconds = (performance.now() - begun) / 1000;
      times.set(name, seconds);
      expectWithin(limitSeconds, seconds, name);
      return result;
    },
  };
}

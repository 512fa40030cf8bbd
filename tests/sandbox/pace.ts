import { performance } from "node:perf_hooks";
import { afterAll, expect } from "vitest";
import type { Sandbox } from "./sandbox.ts";

/**
 * How long the clouds take for each call: with `ROLLOUT_PROFILE=realistic` as long as the real ones, by what is measured of
 * them; where nothing is said as fast as the machine is.
 */
const profile = process.env["ROLLOUT_PROFILE"] ?? "none";

export async function setPace(sandbox: Sandbox): Promise<void> {
  await sandbox.read("faults", "profile", profile);
}

export interface Pace {
  /** Runs it and keeps how long it took; with the real clouds' times it fails where that is over the limit. */
  readonly within: <T>(limitSeconds: number, name: string, act: () => Promise<T>) => Promise<T>;
}

/** What ways back may take, printed after the last test. On a fast cloud the times are the machine's, and bind nobody. */
export function usePace(): Pace {
  const times = new Map<string, number>();
  afterAll(() => {
    const lines = [...times].map(([name, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
    process.stdout.write(`Ways back, clouds as fast as "${profile}":\n${lines.join("")}`);
  });
  return {
    within: async (limitSeconds, name, act) => {
      const begun = performance.now();
      const result = await act();
      const seconds = (performance.now() - begun) / 1000;
      times.set(name, seconds);
      if (profile === "realistic") expect(seconds, name).toBeLessThan(limitSeconds);
      return result;
    },
  };
}

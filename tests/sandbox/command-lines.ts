import { readFileSync, readdirSync } from "node:fs";

/** Collects the command lines of every process of this machine until it is stopped, looking 50 times a second. */
export function watchCommandLines(): { stop(): Promise<ReadonlySet<string>> } {
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended in between.
      }
    }
  };
  const timer = process.platform === "linux" ? setInterval(look, 20) : undefined;
  return {
    stop: async () => {
      clearInterval(timer);
      return seen;
    },
  };
}

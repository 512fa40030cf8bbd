import { spawn } from "node:child_process";
import { join } from "node:path";
import { memoryOfTree } from "./memory.ts";

export interface TimedCommand {
  readonly seconds: number;
  readonly output: string;
  /** What the command and all that it started held at once, at the most. */
  readonly peakMebibytes: number;
}

export type BenchCommands = (words: readonly string[], cwd?: string) => Promise<TimedCommand>;

const sampleMilliseconds = 500;

/**
 * Runs `bin/sandbox` of a checkout in one home; fails when the command does. Where memory is measured, it is looked at twice a
 * second, which takes processor time.
 */
export function commandsIn(home: string, checkout: string, measuresMemory = false): BenchCommands {
  return (words, cwd = checkout) =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      const child = spawn(process.execPath, [join(checkout, "bin", "sandbox"), ...words], {
        cwd,
        // A first rollout installs its packages: what is shared is deleted by a reset as well.
        env: {
          ...process.env,
          SANDBOX_HOME: home,
          SANDBOX_LAYERS: join(home, "cloud", "shared-layers"),
          NO_COLOR: "1",
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [output, errors] = ["", ""];
      let peakMebibytes = 0;
      const sample = (): void => {
        if (child.pid !== undefined) peakMebibytes = Math.max(peakMebibytes, memoryOfTree(child.pid));
      };
      const sampling = measuresMemory ? setInterval(sample, sampleMilliseconds) : undefined;
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      child.once("error", reject);
      child.once("close", (status) => {
        clearInterval(sampling);
        if (status === 0) resolve({ seconds: (performance.now() - begun) / 1000, output, peakMebibytes });
        else
          reject(
            new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}: ${output}${errors}`),
          );
      });
    });
}

import { spawn } from "node:child_process";
import { join } from "node:path";

export interface TimedCommand {
  readonly seconds: number;
  readonly output: string;
}

export type BenchCommands = (words: readonly string[], cwd?: string) => Promise<TimedCommand>;

/** Runs `bin/sandbox` of a checkout in one home; fails when the command does. */
export function commandsIn(home: string, checkout: string): BenchCommands {
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
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      child.once("error", reject);
      child.once("close", (status) => {
        if (status === 0) resolve({ seconds: (performance.now() - begun) / 1000, output });
        else
          reject(
            new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}: ${output}${errors}`),
          );
      });
    });
}

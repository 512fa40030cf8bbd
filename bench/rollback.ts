import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { cloneProject, commitIn } from "./clone.ts";
import type { BenchCommands } from "./commands.ts";
import { median } from "./figures.ts";
import type { Comparison } from "./rollout.ts";

export interface RollbackBench {
  readonly runs: number;
  readonly commandsIn: (home: string, checkout: string) => BenchCommands;
  /** Of which the committed state is measured, in a clone that is removed with the folder. */
  readonly project: string;
  /** Where the clone and its sandbox are. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/**
 * A rollback to the release before, held against rolling a release of the same size out by a build: what is left where an
 * earlier release cannot be run again as it was. Both take turns over one environment.
 */
export async function benchRollback({
  runs,
  commandsIn,
  project,
  folder,
  say,
}: RollbackBench): Promise<Comparison> {
  const clone = join(folder, "checkout");
  cloneProject(project, clone);
  const sandbox = commandsIn(join(folder, "home"), clone);
  const [rollbacks, builds]: [number[], number[]] = [[], []];
  const release = async (mark: string): Promise<number> => {
    for (const file of ["src/workers/entries/worker.ts", "src/api/vercel.ts"])
      appendFileSync(
        join(clone, file),
        `\nObject.assign(globalThis, { release: ${JSON.stringify(mark)} });\n`,
      );
    commitIn(clone, `Release ${mark}`);
    return (await sandbox(["bin/rollout", "up", "--stack", "staging"])).seconds;
  };
  try {
    say("rollback: a first release");
    await sandbox(["bin/rollout", "up", "--stack", "staging"]);
    for (let run = 1; run <= runs; run += 1) {
      say(`rollback and build, ${String(run)} of ${String(runs)}`);
      builds.push(await release(String(run)));
      rollbacks.push((await sandbox(["bin/rollout", "rollback", "--stack", "staging"])).seconds);
    }
  } finally {
    await sandbox(["stop"]);
  }
  return {
    name: "rollback to the release before",
    seconds: median(rollbacks),
    runs: rollbacks,
    beside: { name: "rolling a release of that size out, with its build", seconds: median(builds) },
  };
}

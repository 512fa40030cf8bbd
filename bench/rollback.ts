import { changeApplication } from "../tests/sandbox/change-application.ts";
import { makeCheckout } from "../tests/sandbox/checkout.ts";
import type { BenchCommands } from "./commands.ts";
import { median } from "./figures.ts";
import type { Comparison } from "./rollout.ts";

/**
 * A rollback to the release before, held against rolling a release of the same size out by a build: what is left where an
 * earlier release cannot be run again as it was. Both take turns over one environment.
 */
export async function benchRollback(
  runs: number,
  commandsIn: (home: string, checkout: string) => BenchCommands,
  home: string,
  say: (line: string) => void,
): Promise<Comparison> {
  const checkout = makeCheckout();
  const sandbox = commandsIn(home, checkout.root);
  const [rollbacks, builds]: [number[], number[]] = [[], []];
  const release = async (mark: string): Promise<number> => {
    changeApplication(checkout, mark, "worker", "web");
    checkout.commit(`Release ${mark}`);
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
    checkout.remove();
  }
  return {
    name: "rollback to the release before",
    seconds: median(rollbacks),
    runs: rollbacks,
    beside: { name: "rolling a release of that size out, built anew", seconds: median(builds) },
  };
}

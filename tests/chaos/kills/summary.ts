import type { Victim } from "./plan.ts";
import { kinds, victims } from "./plan.ts";
import type { KillResult } from "./round.ts";

/** The section of docs/chaos.md that a run of kills writes. */
const killsHeading = "## Rollouts that are killed";

const isRed = ({ faults }: KillResult): boolean => faults.length > 0;

interface Counts {
  readonly all: number;
  readonly killed: number;
  readonly late: number;
  readonly red: number;
  readonly byTime: number;
  readonly withPending: number;
  readonly jobs: number;
}

function countsOf(results: readonly KillResult[]): Counts {
  const killed = results.filter(({ isLate }) => !isLate);
  return {
    ...{ all: results.length, killed: killed.length, late: results.length - killed.length },
    red: results.filter(isRed).length,
    byTime: killed.filter(({ moment }) => moment.by === "time").length,
    withPending: killed.filter(({ pending }) => pending.length > 0).length,
    jobs: results.reduce((sum, { jobs }) => sum + jobs, 0),
  };
}

export function summaryOfKills(results: readonly KillResult[], seed: number): readonly string[] {
  const { all, killed, late, red, byTime, withPending, jobs } = countsOf(results);
  return [
    `${String(all)} rollouts, seed ${String(seed)}:`,
    `  ${String(killed)} killed, ${String(byTime)} of them by time and ${String(killed - byTime)} at a call of a cloud`,
    `  ${String(withPending)} of these with steps under way in the state, which the next rollout took over`,
    `  ${String(late)} had ended before the kill`,
    `  ${String(jobs)} numbered jobs in flow`,
    `  ${String(red)} red`,
  ];
}

/** The section, with the counts of the last run. */
export function killsSection(results: readonly KillResult[], seed: number): string {
  const { all, killed, late, red, byTime, withPending, jobs } = countsOf(results);
  const seconds = results.map(({ secondsOfNext }) => secondsOfNext).sort((one, other) => one - other);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  return [
    killsHeading,
    "",
    "Written by `bin/sandbox chaos --kills N --page docs/chaos.md`. The real engine rolls a change of a worker, of the web, or a migration out",
    "over the sandbox, or rolls back, while numbered jobs flow. A process is killed by SIGKILL, from outside of its group, and the next",
    "rollout runs: of the same release, or back to the one before. A round is green where that one further command succeeds, with no manual",
    "step, and where clouds and database then have each effect once: each migration applied once, machines as declared and healthy, no app or",
    "branch more, what runs is what is on record, every job done once, nothing pending in the state, no drift, and nothing to do for a further rollout.",
    "",
    `The last run, seed ${String(seed)}: ${String(all)} rollouts, ${String(killed)} killed (${String(byTime)} by time, ${String(killed - byTime)} at a call of a cloud), ` +
      `${String(late)} had ended before. ${String(withPending)} had steps under way in the state. ${String(jobs)} jobs. ${String(red)} red. ` +
      `The next rollout took ${median.toFixed(1)} s (median).`,
    "",
    `| killed | ${kinds.join(" | ")} |`,
    `| --- | ${kinds.map(() => "---").join(" | ")} |`,
    ...victims.map(
      (victim) => `| ${victim} | ${kinds.map((kind) => cell(results, victim, kind)).join(" | ")} |`,
    ),
    "",
    "What may be there more often, and why:",
    "",
    "- a rollout on record: each run opens an entry of its own, and that of a killed one is closed as failed by the next",
    "- a release of a Fly app whose deployment was cut off: flyctl may have stopped anywhere, and machines that it finished look like those",
    "  that somebody has changed past the rollout, so the next one deploys them again",
    "- a deployment of Vercel that nothing points at: it has no name there, so that one whose answer was lost stays unused",
    "- a backup branch: it is named by its time, expires, and is pruned with the others",
    "",
  ].join("\n");
}

function cell(results: readonly KillResult[], victim: Victim, kind: (typeof kinds)[number]): string {
  const own = results.filter((each) => each.victim === victim && each.kind === kind);
  if (own.length === 0) return "–";
  const { killed, late, red } = countsOf(own);
  return [
    ...(killed > 0 ? [`${String(killed)} killed`] : []),
    ...(late > 0 ? [`${String(late)} ended before`] : []),
    ...(red > 0 ? [`**${String(red)} red**`] : []),
  ].join(", ");
}

import type { Rehearsed } from "@rollout/infra/rollout/rehearsal/rehearse";
import { timeText } from "@rollout/infra/rollout/rehearsal/verdict";

/** How many locks of a migration are shown; the others are weaker. */
const shown = 3;

/** What the migrations cost and how both releases did, as lines for people. */
export function rehearsalTable(rehearsed: Rehearsed): readonly string[] {
  const { migrations, liveCommit, live } = rehearsed;
  const next = live.works === "untried" ? live : rehearsed.next;
  const names = Math.max("migration".length, ...migrations.map(({ name }) => name.length));
  const row = (name: string, time: string, rest: string): string =>
    `  ${name.padEnd(names)}  ${time.padEnd(8)}  ${rest}`.trimEnd();
  return [
    row("migration", "time", "locks, each until the end of all migrations"),
    ...migrations.flatMap(({ name, milliseconds, locks, rewritten }) => {
      const lines = [
        ...locks
          .slice(0, shown)
          .map(
            ({ relation, mode, milliseconds: held, blocks }) =>
              `${mode} on ${relation}, ${timeText(held)}: blocks ${blocks}`,
          ),
        ...(locks.length > shown ? [`${String(locks.length - shown)} more`] : []),
        ...rewritten.map((table) => `${table} is rewritten, row by row`),
      ];
      const [first = "none on what was there", ...rest] = lines;
      return [row(name, timeText(milliseconds), first), ...rest.map((line) => row("", "", line))];
    }),
    "",
    `  live release ${liveCommit.slice(0, 12)} on the new schema: ${trialText(live)}`,
    `  this release on the new schema: ${trialText(next)}`,
  ];
}

function trialText(trial: Rehearsed["live"]): string {
  if (trial.works === true) return "works";
  if (trial.works === "untried") return "not tried: rollout.config.ts declares no rehearsal";
  return trial.works === false ? `fails: ${trial.reason}` : `not known: ${trial.reason}`;
}

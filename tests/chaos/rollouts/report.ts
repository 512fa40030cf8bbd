import { faults } from "../faults.ts";
import type { RolloutEnd } from "./judge.ts";
import type { RolloutResult } from "./play.ts";
import { scenarios } from "./plan.ts";

const ends: readonly RolloutEnd[] = ["done", "rolled back", "stopped", "killed"];
const isRed = ({ faults: found }: RolloutResult): boolean => found.length > 0;
const isMet = ({ ended }: RolloutResult): boolean => ended !== "not met";
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

export function summaryOf(
  results: readonly RolloutResult[],
  { seed, count, seconds }: { readonly seed: number; readonly count: number; readonly seconds: number },
): readonly string[] {
  const green = results.filter((each) => !isRed(each));
  const of = (end: RolloutEnd): string => String(green.filter(({ ended }) => ended === end).length);
  return [
    `${String(results.length)} of ${String(count)} rollouts in ${String(seconds)} s, seed ${String(seed)}:`,
    `  ${of("done")} done in spite of the fault`,
    `  ${of("rolled back")} rolled back`,
    `  ${of("stopped")} stopped with a message that names cloud, call and remedy`,
    `  ${of("killed")} killed`,
    `  ${of("not met")} whose call did not come: not counted`,
    `  ${String(results.length - green.length)} red`,
    ...results
      .filter(isRed)
      .flatMap(({ name, faults: found }) => [
        `red: ${name}`,
        ...found.map((fault) => `  ${fault.replaceAll("\n", "\n  ")}`),
        `  again: bin/sandbox chaos --rollouts 1 --cell '${name}'`,
      ]),
  ];
}

/** What docs/chaos.md has of the last campaign. */
export function sectionOf(results: readonly RolloutResult[], seed: number): string {
  const met = results.filter(isMet);
  const names = faults.map(({ name }) => name).filter((name) => met.some(({ fault }) => fault === name));
  return [
    "## Complete rollouts",
    "",
    "Written by `bin/sandbox chaos --rollouts N --page docs/chaos.md`. A complete rollout by the real engine with one of these faults, once or for good,",
    "at a call that the same rollout without a fault was seen to make; then `bin/rollout up` without one. `bin/rollout drift` finds nothing then, and clouds and database have each effect once: migrations",
    "applied, machines as declared and healthy, no app or branch more, nothing pending in the state.",
    "",
    `The last campaign, seed ${String(seed)}: ${String(met.length)} rollouts. ${shown(met)}.`,
    "",
    row(["fault", "first rollout", "change", "rollback", "destroy"]),
    row(["---", "---", "---", "---", "---"]),
    ...names.map((name) =>
      row([
        name,
        ...scenarios.map((scenario) =>
          shown(met.filter((each) => each.fault === name && each.scenario === scenario)),
        ),
      ]),
    ),
    "",
    ...met.map((each) => `- \`${each.name}\`: ${isRed(each) ? "**red**" : each.ended}`),
    "",
  ].join("\n");
}

function shown(chosen: readonly RolloutResult[]): string {
  const counts = ends.flatMap((end) => {
    const found = chosen.filter((each) => each.ended === end && !isRed(each)).length;
    return found === 0 ? [] : [`${String(found)} ${end}`];
  });
  const red = chosen.filter(isRed).length;
  return [...counts, ...(red > 0 ? [`**${String(red)} red**`] : [])].join(", ") || "–";
}

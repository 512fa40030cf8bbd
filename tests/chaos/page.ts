import type { CellResult } from "./campaign.ts";
import { faults } from "./faults.ts";
import { leftOut } from "./left-out.ts";
import { by, countsOf } from "./summary.ts";
import { steps } from "./steps/index.ts";

export interface PageFacts {
  readonly seed: number;
  /** Cells that there are; fewer may have been run. */
  readonly planned: number;
  /** Calls of a recorded rollout; none where there is no recording. */
  readonly recorded: readonly string[];
}

const acts = ["create", "update", "refresh", "destroy"] as const;
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** docs/chaos.md. */
export function matrixPage(results: readonly CellResult[], { seed, planned, recorded }: PageFacts): string {
  const clouds = [...by(results, ({ cloud }) => cloud).keys()].sort();
  const calls = by(results, ({ cloud, call }) => `${cloud} ${call}`);
  const { cells, done, stopped, killed, red } = countsOf(results);
  const names = faults.map(({ name }) => name).filter((name) => results.some(({ fault }) => fault === name));
  const share =
    cells < planned
      ? `${String(cells)} of ${String(planned)} cells, chosen by the seed,`
      : `all ${String(cells)} cells`;
  const missing = recorded.filter((call) => !calls.has(call));
  return [
    introduction,
    `The last campaign, seed ${String(seed)}: ${share} over ${String(calls.size)} forms of calls. ` +
      `${String(done)} done, ${String(stopped)} stopped, ${String(killed)} killed, ${String(red)} red.`,
    "",
    "## By cloud and fault",
    "",
    row(["fault", ...clouds]),
    row(["---", ...clouds.map(() => "---")]),
    ...names.map((name) =>
      row([
        name,
        ...clouds.map((cloud) =>
          shown(results.filter((each) => each.cloud === cloud && each.fault === name)),
        ),
      ]),
    ),
    "",
    "## By step",
    "",
    row(["step", "first rollout", "second rollout", "refresh", "destroy"]),
    row(["---", "---", "---", "---", "---"]),
    ...[...by(results, ({ step }) => step).entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([step, own]) =>
        row([`\`${step}\``, ...acts.map((act) => shown(own.filter((each) => each.act === act)))]),
      ),
    "",
    "## By call",
    "",
    ...[...calls.keys()].sort().map((call) => `- \`${call}\`: ${shown(calls.get(call) ?? [])}`),
    "",
    "## What may be there more or less often",
    "",
    ...steps.flatMap(({ name, mayDiffer = {} }) =>
      Object.entries(mayDiffer).map(([place, why]) => `- \`${name}\`, ${place}: ${why}`),
    ),
    "",
    "## Not in it",
    "",
    ...Object.entries(leftOut).map(([path, why]) => `- \`${path}\`: ${why}`),
    ...(missing.length === 0
      ? []
      : [
          "",
          "Calls of a recorded first rollout that no cell above covers: those of the vendors' plugins, of flyctl's builds, of the gate and",
          "of the command line.",
          "",
          ...missing.map((call) => `- \`${call}\``),
        ]),
    "",
  ].join("\n");
}

function shown(chosen: readonly CellResult[]): string {
  const { done, stopped, killed, red } = countsOf(chosen);
  const counts = [
    ...(done > 0 ? [`${String(done)} done`] : []),
    ...(stopped > 0 ? [`${String(stopped)} stopped`] : []),
    ...(killed > 0 ? [`${String(killed)} killed`] : []),
    ...(red > 0 ? [`**${String(red)} red**`] : []),
  ];
  return counts.length === 0 ? "–" : counts.join(", ");
}

const introduction = `# How steps end when their calls fail

Written by \`bin/sandbox chaos --page docs/chaos.md\`; not edited manually. [The guide](guide.md#when-a-cloud-is-slow-or-fails) has the command.

A cell is one call of one step, which a run without a fault was seen to make, and one fault: of the cloud, of the connection, of the
rollout's processes or of its lease. The step's provider runs as in a rollout, over emulators of its own and without the engine. Then
comes the next rollout without a fault: of the same release, or, of a change, back to the one before. A cell is

- **done**, when the step succeeds in spite of its fault
- **stopped**, when it fails with a message that names cloud, call and remedy, and the next rollout succeeds
- **killed**, when its processes are killed before the call or after it took effect, and the next rollout succeeds. As \`bin/rollout\`
  does, it first takes over what the cloud has of what was under way, whichever release it is of
- **red** otherwise: also when a refresh then finds something else than the state has, a further rollout changes something, the clouds hold
  more or fewer things than without a fault, or a call changes something after the lease was lost
`;

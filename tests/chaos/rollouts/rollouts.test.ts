import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../sandbox/use-sandbox.ts";
import { ownShare } from "../vitest-campaign.ts";
import { type RolloutCell, type Scenario, cellNamed, cellsOf, planRollouts } from "./plan.ts";
import { rolloutsIn } from "./play.ts";

/**
 * Complete rollouts by the real engine, each with one fault at a call that a rollout without one was seen to make, and then the next
 * rollout. `bin/sandbox chaos --rollouts N` runs more of them, of every scenario; this is what a run of all tests has time for.
 */
const seed = Number(process.env["ROLLOUTS_SEED"] ?? 7);
const chosen = process.env["ROLLOUTS_NUMBERS"];
const named = process.env["ROLLOUTS_CELL"];
const results = process.env["ROLLOUTS_RESULTS"];
/** What a run of all tests has time for: a worker's update whose answer is lost, and a kill while a release is put on record. */
const sample = [
  "fly POST **/v1/apps/*/machines/* in change × answer lost after",
  "github POST **/repos/*/*/deployments in change × killed after",
];

const environment = useSandbox({ from: "two releases with a migration between them" });
/** Cells that are named are known; those of a seed are, once the calls of their scenario are. */
const given = chosen === undefined || named !== undefined ? (named ? [named] : sample).map(cellNamed) : [];
const numbers = (chosen ?? "").split(",").filter(Boolean).map(Number);
const planned = ownShare(
  given.length > 0
    ? given.map((cell, index) => ({ number: index + 1, scenario: cell?.scenario ?? "change", place: index }))
    : planRollouts(seed, Math.max(...numbers)).filter(({ number }) => numbers.includes(number)),
);
const cells = new Map<Scenario, readonly RolloutCell[]>();
let rollouts: ReturnType<typeof rolloutsIn> | undefined;

beforeAll(async () => {
  rollouts = rolloutsIn(environment);
  await rollouts.prepare();
  if (given.length > 0) return;
  for (const scenario of new Set(planned.map((each) => each.scenario)))
    cells.set(scenario, cellsOf(scenario, await rollouts.record(scenario), seed));
}, 1_200_000);
afterAll(() => rollouts?.close());

describe("a rollout under a fault", { timeout: 1_200_000 }, () => {
  it.each(planned)(
    "ends as promised, and so does the next one: $number, $scenario",
    async ({ number, scenario, place }) => {
      const cell = given[place] ?? cells.get(scenario)?.[place];
      if (!cell || !rollouts) return expect.fail(`${scenario} has no more cells`);
      const result = await rollouts.play(number, cell);
      if (results !== undefined) appendFileSync(results, `${JSON.stringify(result)}\n`);
      const again = `again: bin/sandbox chaos --rollouts 1 --cell '${cell.name}'`;
      expect(result.faults, [cell.name, ...result.faults, again].join("\n")).toEqual([]);
    },
  );
});

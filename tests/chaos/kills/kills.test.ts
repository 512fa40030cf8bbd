import { appendFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { noteEveryEnd } from "../../sandbox/job-count.ts";
import { outputsOf } from "../../sandbox/staging.ts";
import { useSandbox } from "../../sandbox/use-sandbox.ts";
import { ownShare } from "../vitest-campaign.ts";
import { describeKill, kinds, planKill } from "./plan.ts";
import type { Usual } from "./round.ts";
import { roundsIn } from "./round.ts";

/**
 * Rollouts by the real engine, killed at moments that a seed chooses, each followed by one more, after which every effect is there
 * once. `bin/sandbox chaos --kills N` runs more of them.
 */
const seed = Number(process.env["KILLS_SEED"] ?? 7);
const chosen = process.env["KILLS_NUMBERS"];
/** What a run of all tests has time for: a migration that is killed late, and a change of the web that is rolled back after its kill. */
const sample = [30, 19];
const results = process.env["KILLS_RESULTS"];

const environment = useSandbox({ from: "staging live" });
let usual: Usual;
beforeAll(async () => {
  await noteEveryEnd((await outputsOf(environment.sandbox, "staging")).databaseUrl);
  usual = await roundsIn(environment).usual();
}, 300_000);

const numbers = chosen === undefined ? sample : chosen.split(",").filter(Boolean).map(Number);
const all = numbers.map((number) => planKill(seed, number));
/** One of each kind, which follow each other in one environment. */
const groups = Array.from({ length: Math.ceil(all.length / kinds.length) }, (_each, index) =>
  all.slice(index * kinds.length, (index + 1) * kinds.length),
);
const kills = ownShare(groups).flat();

describe("a rollout that is killed and run again", { timeout: 900_000 }, () => {
  it.each(kills.map((kill) => [kill.number, describeKill(kill), kill] as const))(
    "has each effect once: %d, %s",
    async (_number, _text, kill) => {
      const result = await roundsIn(environment).play(kill, usual);
      if (results !== undefined) appendFileSync(results, `${JSON.stringify(result)}\n`);
      expect(result.faults).toEqual([]);
    },
  );
});

import { expect, it } from "vitest";
import { randomFrom } from "./random.ts";
import { sequencesIn } from "./sequences.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Whatever happened before, a command that ends well means that every machine and the web run what is on record.
 *
 * CI runs one short sequence. `SEQUENCES=20 npm test -- tests/sandbox/sequences` runs more, of up to 12 steps;
 * `SEQUENCE_SEED=7` repeats those of a seed.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const wanted = process.env["SEQUENCES"];
const count = Number(wanted ?? 1);
const longest = wanted === undefined ? 4 : 12;
const seed = Number(process.env["SEQUENCE_SEED"] ?? 1);

it("runs what is on record after each command that ended well", { timeout: count * 900_000 }, async () => {
  const { steps, expectAsRecorded } = sequencesIn(checkout, sandbox);
  const total = steps.reduce((sum, [weight]) => sum + weight, 0);
  for (let number = 0; number < count; number += 1) {
    const random = randomFrom(seed + number);
    const done: string[] = [];
    const report = (): string => `SEQUENCE_SEED=${String(seed + number)}: ${done.join("; ")}`;
    try {
      const length = wanted === undefined ? longest : 2 + Math.floor(random() * (longest - 1));
      for (let left = length; left > 0; left -= 1) {
        let ticket = random() * total;
        const [, step] = steps.find(([weight]) => (ticket -= weight) < 0) ?? [];
        done.push((await step?.(random)) ?? "");
      }
      // However it stands now, the next rollout ends well.
      const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
      done.push("the last up");
      expect(status, output).toBe(0);
      await expectAsRecorded();
    } catch (error) {
      throw new Error(`${report()}\n${(error as Error).message}`, { cause: error });
    }
    process.stdout.write(`${report()}\n`);
  }
});

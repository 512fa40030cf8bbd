import { describe, expect, it } from "vitest";
import type { Fly, Machine } from "./client.ts";
import { observeMachines } from "./observe-machines.ts";

const healthy = (more: Partial<Machine> = {}): Machine => ({
  ...{ id: "m1", instance_id: "i1", state: "started", region: "fra" },
  checks: [{ name: "health", status: "passing" }],
  events: [{ type: "start", timestamp: 1_000 }],
  ...more,
});

/** What an app shows from one second of the observation on, until the next entry. */
type Script = readonly (readonly [fromSecond: number, machines: readonly Machine[]])[];

async function observe(script: Script, seconds = 30): Promise<{ machines: number; looked: number }> {
  let now = 5_000;
  let looked = 0;
  const fly = (() => {
    looked += 1;
    const second = (now - 5_000) / 1000;
    return Promise.resolve(script.findLast(([from]) => from <= second)?.[1] ?? []);
  }) as unknown as Fly;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  return { machines: await observeMachines({ apps: ["worker"], seconds }, fly, clock), looked };
}

describe("machines under observation", () => {
  it("are looked at until the time is over", async () => {
    const { machines, looked } = await observe([[0, [healthy(), healthy({ id: "m2" })]]]);
    expect(machines).toBe(2);
    expect(looked).toBe(17);
  });

  it("may have crashed before the observation", async () => {
    const events = [
      { type: "start", timestamp: 900 },
      { type: "exit", timestamp: 800 },
    ];
    await expect(observe([[0, [healthy({ events })]]])).resolves.toMatchObject({ machines: 1 });
  });

  it.each<[string, readonly Machine[], string]>([
    [
      "one that crashed and was started again between two looks",
      [
        healthy({
          events: [
            { type: "start", timestamp: 13_500 },
            { type: "exit", timestamp: 13_000, request: { exit_event: { exit_code: 1 } } },
          ],
        }),
      ],
      "worker, observed for 12 of 30 s after the smoke test: machine m1 exited with code 1",
    ],
    ["one that is stopped", [healthy({ state: "stopped" })], "machine m1 is stopped"],
    [
      "one whose check fails",
      [healthy({ checks: [{ name: "health", status: "critical", output: "no database" }] })],
      "check health of machine m1 is critical: no database",
    ],
    ["one that was updated", [healthy({ instance_id: "i2" })], "machine m1 was updated by another user"],
    ["one that is gone", [healthy({ id: "m2" })], "machine m1 is gone"],
  ])("fail the step with %s", async (_name, later, message) => {
    await expect(
      observe([
        [0, [healthy()]],
        [12, later],
      ]),
    ).rejects.toThrow(message);
  });
});

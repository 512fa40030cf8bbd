import { beforeEach, describe, expect, it } from "vitest";
import { observeReplicas } from "./observe-replicas.ts";
import { running, useTestRailway } from "./test-railway.ts";

const railway = useTestRailway((reset) => beforeEach(reset));
const service = { project: "p", environment: "e", name: "shop-worker" };

/** Observes for 10 s; `changes` is called before each look with the second of it. */
async function observe(changes: (second: number) => void = () => undefined): Promise<number> {
  let now = 0;
  railway.answer = (name) => {
    if (name !== "project") return undefined;
    changes(now / 1000);
    const edges = [{ node: { id: "s", name: "shop-worker" } }];
    return { status: 200, body: { data: { project: { services: { edges } } } } };
  };
  const clock = { now: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) };
  return observeReplicas({ services: [service], seconds: 10 }, railway.context.access.railway, clock);
}

const withStatus = (status: string) => ({ ...running("one", "image"), instances: [{ id: "r", status }] });

describe("replicas under observation", () => {
  beforeEach(() => {
    railway.deployments = [running("one", "image")];
  });

  it("are looked at until the time is over", async () => {
    expect(await observe()).toBe(1);
  });

  it.each<[string, () => void, string]>([
    [
      "one that restarts",
      () => (railway.deployments = [withStatus("RESTARTING")]),
      "shop-worker on Railway, observed for 6 of 10 s after the smoke test: replica r is RESTARTING",
    ],
    [
      "one that is another one",
      () => (railway.deployments = [withStatus("RUNNING")]),
      "replica one-replica is gone",
    ],
    ["a deployment that ended", () => (railway.deployments = []), "no deployment works"],
  ])("fail by %s", async (_what, change, message) => {
    await expect(observe((second) => (second >= 6 ? change() : undefined))).rejects.toThrow(message);
  });
});

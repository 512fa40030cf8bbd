import { describe, expect, it } from "vitest";
import type { JsonCall } from "../shared/json-api.ts";
import { ApiError } from "../shared/json-api.ts";
import type { Fly, Machine } from "./client.ts";
import { startStoppedMachines } from "./start-machines.ts";

/** A machine that is in these states, look by look; the last one stays. Start is accepted in those that are allowed. */
function appWith(
  states: Readonly<Record<string, readonly string[]>>,
  refusal: (state: string) => string | undefined,
  config: Machine["config"] = {},
): { fly: Fly; starts: string[] } {
  const starts: string[] = [];
  let look = -1;
  const stateOf = (id: string): string => {
    const each = states[id] ?? [];
    return each[Math.min(look, each.length - 1)] ?? "started";
  };
  const answer = ({ method, path }: JsonCall): unknown => {
    if (method === "GET") {
      look += 1;
      return Object.keys(states).map((id): Machine => ({ id, state: stateOf(id), region: "fra", config }));
    }
    const [, id = ""] = /machines\/(\w+)\/start$/.exec(path) ?? [];
    const error = refusal(stateOf(id));
    starts.push(`${id} ${stateOf(id)}${error === undefined ? "" : " refused"}`);
    if (error !== undefined) throw new ApiError("fly", `${method} ${path}`, 412, { error }, undefined);
    return {};
  };
  return { starts, fly: ((call: JsonCall) => Promise.resolve().then(() => answer(call))) as Fly };
}

const accepted = (): undefined => undefined;
const refusesCreated = (state: string): string | undefined =>
  state === "created"
    ? "failed_precondition: unable to start machine from current state: 'created'"
    : undefined;

describe("starting the machines of an app", () => {
  it("waits for a new machine that runs without a start", async () => {
    const { fly, starts } = appWith({ m1: ["created", "created", "started"] }, refusesCreated);
    await startStoppedMachines("a", 60_000, fly);
    expect(starts).toEqual(["m1 created refused", "m1 created refused"]);
  });

  it("starts a new machine as soon as it is stopped, and an accepted one once", async () => {
    const { fly, starts } = appWith({ m1: ["created", "stopped"], m2: ["stopped"] }, refusesCreated);
    await startStoppedMachines("a", 60_000, fly);
    expect(starts).toEqual(["m1 created refused", "m2 stopped", "m1 stopped"]);
  });

  it("starts a `created` machine where Fly accepts that", async () => {
    const { fly, starts } = appWith({ m1: ["created"] }, accepted);
    await startStoppedMachines("a", 60_000, fly);
    expect(starts).toEqual(["m1 created"]);
  });

  it.each(["replacing", "updating", "stopping", "suspending"])(
    "starts a machine that was %s at the first look",
    async (state) => {
      const { fly, starts } = appWith({ m1: [state, state, "stopped"] }, accepted);
      await startStoppedMachines("a", 60_000, fly);
      expect(starts).toEqual(["m1 stopped"]);
    },
  );

  it("retries a machine that is stopped and still active", async () => {
    let refusals = 2;
    const { fly, starts } = appWith({ m1: ["stopped"] }, () =>
      (refusals -= 1) >= 0 ? "failed_precondition: machine still active, refusing to start" : undefined,
    );
    await startStoppedMachines("a", 60_000, fly);
    expect(starts).toEqual(["m1 stopped refused", "m1 stopped refused", "m1 stopped"]);
  });

  it("reports Fly's last refusal when the limit is over", async () => {
    const { fly } = appWith({ m1: ["created"] }, refusesCreated);
    await expect(startStoppedMachines("a", 0, fly)).rejects.toThrow(
      /waited 0 s for the machines of a to start.*from current state: 'created'/,
    );
  });

  it("leaves standbys and running machines alone", async () => {
    const standby = appWith({ m1: ["stopped"] }, accepted, { standbys: ["m2"] });
    await startStoppedMachines("a", 60_000, standby.fly);
    const running = appWith({ m1: ["started"], m2: ["failed"] }, accepted);
    await startStoppedMachines("a", 60_000, running.fly);
    expect([...standby.starts, ...running.starts]).toEqual([]);
  });
});

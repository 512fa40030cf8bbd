import { describe, expect, it } from "vitest";
import type { JsonCall } from "../shared/json-api.ts";
import { ApiError } from "../shared/json-api.ts";
import type { Fly, Machine } from "./client.ts";
import { bringToScale, scaleFault } from "./scale.ts";

/** An app whose machines are a list, as the Machines API answers for them. */
function appWith(...places: readonly string[]): App {
  return appThatLags(0, places);
}

interface App {
  fly: Fly;
  machines: () => readonly Machine[];
  calls: string[];
}

/** @param hidden How many looks at an added machine find none. */
function appThatLags(hidden: number, places: readonly string[]): App {
  let left = hidden;
  let number = 0;
  const make = (region: string): Machine => ({
    id: `m${String((number += 1))}`,
    state: "started",
    region,
    checks: [{ name: "health", status: "critical" }],
    config: { image: "i", metadata: { fly_platform_version: "v2" } },
  });
  let machines = places.map(make);
  const calls: string[] = [];
  const answer = ({ method, path, body }: JsonCall): unknown => {
    const [, id, verb] = /machines(?:\/(\w+))?(?:\/(\w+))?/.exec(path) ?? [];
    if (method !== "GET") calls.push(`${method} ${verb ?? id ?? (body as { region: string }).region}`);
    else if (id) calls.push(`look at ${id}`);
    if (method === "GET" && id && (left -= 1) >= 0)
      throw new ApiError("fly", `GET ${path}`, 404, { error: "machine not found" }, undefined);
    if (method === "GET") {
      const shown = id ? machines.find((each) => each.id === id) : machines;
      // The next look finds what has just been made at work.
      machines = machines.map((each) => ({ ...each, checks: [{ name: "health", status: "passing" }] }));
      return shown;
    }
    if (method === "DELETE") machines = machines.filter((each) => each.id !== id);
    else if (verb === "stop")
      machines = machines.map((each) => (each.id === id ? { ...each, state: "stopped" } : each));
    else {
      const made = make((body as { region: string }).region);
      machines = [...machines, made];
      return made;
    }
    return {};
  };
  return {
    fly: ((call: JsonCall) => Promise.resolve().then(() => answer(call))) as Fly,
    machines: () => machines,
    calls,
  };
}

const options = { known: ["m1"], minSecretsVersion: 3, limitMilliseconds: 1_000 };

describe("bringToScale", () => {
  it.each([
    { from: ["fra"], count: 3, regions: ["fra"], to: ["fra", "fra", "fra"] },
    { from: ["fra"], count: 4, regions: ["fra", "ams"], to: ["fra", "ams", "fra", "ams"] },
    { from: ["fra", "fra", "fra"], count: 1, regions: ["fra"], to: ["fra"] },
    { from: ["fra", "fra"], count: 2, regions: ["fra", "ams"], to: ["fra", "ams"] },
    { from: ["fra", "cdg"], count: 1, regions: ["fra"], to: ["fra"] },
    { from: ["cdg"], count: 1, regions: ["fra"], to: ["fra"] },
  ])("brings $from to $count in $regions", async ({ from, count, regions, to }) => {
    const app = appWith(...from);
    await bringToScale("a", { count, regions }, options, app.fly);
    expect(
      app
        .machines()
        .map(({ region }) => region)
        .sort(),
    ).toEqual([...to].sort());
    expect(scaleFault(app.machines(), { count, regions })).toBeUndefined();
  });

  it("does nothing where nothing is to be done", async () => {
    const app = appWith("fra", "ams");
    await bringToScale("a", { count: 2, regions: ["fra", "ams"] }, options, app.fly);
    expect(app.calls).toEqual([]);
  });

  it("keeps the machines that it knows, and stops one before it is destroyed", async () => {
    const app = appWith("fra", "fra");
    await bringToScale("a", { count: 1, regions: ["fra"] }, { ...options, known: ["m2"] }, app.fly);
    expect(app.machines().map(({ id }) => id)).toEqual(["m2"]);
    expect(app.calls).toEqual(["POST stop", "look at m1", "DELETE m1"]);
  });

  it("takes a machine away when the one in its place works, and no sooner", async () => {
    const app = appWith("cdg");
    await bringToScale("a", { count: 1, regions: ["fra"] }, options, app.fly);
    expect(app.calls).toEqual([
      "POST fra",
      ...["look at m2", "look at m2"],
      ...["POST stop", "look at m1", "DELETE m1"],
    ]);
  });

  it("waits for an added machine that Fly does not show yet", async () => {
    const app = appThatLags(2, ["cdg"]);
    await bringToScale(
      "a",
      { count: 1, regions: ["fra"] },
      { ...options, limitMilliseconds: 60_000 },
      app.fly,
    );
    expect(app.machines().map(({ region }) => region)).toEqual(["fra"]);
  });

  describe("where a region has no room", () => {
    const scale = { count: 2, regions: ["ams", "fra"] };
    const full =
      (app: App): Fly =>
      (call: JsonCall) =>
        call.method === "POST" && (call.body as { region?: string } | undefined)?.region === "ams"
          ? Promise.reject(
              new ApiError("fly", "POST machines", 503, { status: "insufficient_capacity" }, undefined),
            )
          : app.fly(call);

    it("names it, and nothing is deleted", async () => {
      const app = appWith("cdg");
      await expect(bringToScale("a", scale, options, full(app))).rejects.toThrow(
        /Fly has no capacity in ams: .*set other regions or another size: rollout:fly\.machines/,
      );
      expect(app.machines().map(({ region }) => region)).toEqual(["cdg"]);
    });

    it("keeps what is there where fewer will do", async () => {
      const app = appWith("cdg");
      const accepting = { ...options, acceptsFewer: true };
      await expect(bringToScale("a", scale, accepting, full(app))).resolves.toMatchObject({
        message: expect.stringContaining("Fly has no capacity in ams") as string,
      });
      expect(app.machines().map(({ region }) => region)).toEqual(["cdg"]);
    });
  });
});

import { describe, expect, it } from "vitest";
import type { Fly, Machine } from "./client.ts";
import { releaseAndLook } from "./release-and-look.ts";
import type { ReleaseOrder } from "./release.ts";

const order: ReleaseOrder = {
  ...{ app: "a", config: "fly.toml", image: "registry.fly.io/a:new", strategy: "rolling" },
  waitSeconds: 60,
};

const machine = (id: string, instance: string, tag: string, check = "passing"): Machine => ({
  ...{ id, instance_id: instance, state: "started", region: "fra" },
  checks: [{ name: "health", status: check }],
  config: { image: `registry.fly.io/a:${tag}`, metadata: { fly_platform_version: "v2" } },
});

const old = [machine("m1", "i1", "old"), machine("m2", "i1", "old")];

/** A deployment that fails with these words; the machines are then as given, look by look, the last one stays. */
async function failed(
  words: string,
  looks: readonly (readonly Machine[])[],
  more: Partial<ReleaseOrder> = {},
): Promise<readonly string[]> {
  let shown: readonly (readonly Machine[])[] = [old];
  let look = 0;
  const fly = (() => Promise.resolve(shown[Math.min(look++, shown.length - 1)])) as unknown as Fly;
  const notes: string[] = [];
  const deploy = (): Promise<void> => {
    shown = looks;
    look = 0;
    return Promise.reject(new Error(words));
  };
  await releaseAndLook({ ...order, ...more }, deploy, { fly, note: (line) => void notes.push(line) });
  return notes;
}

const good = [machine("m1", "i2", "new"), machine("m2", "i2", "new")];

describe("a release whose flyctl failed", () => {
  it("is a success where every machine is a new and healthy one of the image", async () => {
    expect(await failed("Error: context deadline exceeded", [good])).toEqual([
      "flyctl failed, and every machine of a runs the release and is healthy: Error: context deadline exceeded",
    ]);
  });

  it.each([
    ["a machine is as it was", [machine("m1", "i2", "new"), machine("m2", "i1", "old")]],
    [
      "nothing changed, though the image is the same",
      [machine("m1", "i1", "new"), machine("m2", "i1", "new")],
    ],
    ["a machine runs another image", [machine("m1", "i2", "new"), machine("m2", "i2", "other")]],
    ["a machine is not healthy", [machine("m1", "i2", "new"), machine("m2", "i2", "new", "critical")]],
    ["there is none", []],
  ])("is a failure with flyctl's own words where %s", async (_name, machines) => {
    await expect(failed("Error: it failed", [machines])).rejects.toThrow("Error: it failed");
  });

  it("waits for machines that flyctl was not allowed to ask", async () => {
    const starting = [machine("m1", "i2", "new"), machine("m2", "i2", "new", "warning")];
    await expect(failed("Error: it failed", [starting, good])).rejects.toThrow("it failed");
    expect(await failed("Error: rate limit exceeded", [starting, good])).toHaveLength(1);
  });

  it("looks at the machines alone that it was for", async () => {
    const half = [machine("m1", "i2", "new"), machine("m2", "i1", "old")];
    expect(await failed("Error: it failed", [half], { onlyMachines: ["m1"] })).toHaveLength(1);
  });
});

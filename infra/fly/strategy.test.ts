import { describe, expect, it } from "vitest";
import type { Machine } from "./client.ts";
import type { Strategy } from "./strategy.ts";
import { maxUnavailable, possibleStrategy } from "./strategy.ts";

const running = (tag: string): Machine => ({
  id: tag,
  state: "started",
  region: "fra",
  image_ref: { repository: "images", tag },
});

describe("a strategy", () => {
  it("is bluegreen where all machines run one image, or there is none", () => {
    expect(possibleStrategy("bluegreen", [])).toBe("bluegreen");
    expect(possibleStrategy("bluegreen", [running("one"), running("one")])).toBe("bluegreen");
  });

  it("is rolling instead of bluegreen where they run several, and any other as it is wanted", () => {
    expect(possibleStrategy("bluegreen", [running("one"), running("two")])).toBe("rolling");
    expect(possibleStrategy("immediate", [running("one"), running("two")])).toBe("immediate");
  });
});

describe("the machines that a release replaces at once", () => {
  const inRegions = (counts: Readonly<Record<string, number>>): readonly Machine[] =>
    Object.entries(counts).flatMap(([region, count]) =>
      Array.from({ length: count }, (_, at) => ({
        ...running("one"),
        id: `${region}-${String(at)}`,
        region,
      })),
    );
  const of = (
    counts: Readonly<Record<string, number>>,
    strategy: Strategy = "rolling",
    text = "",
  ): number | undefined => maxUnavailable({ strategy, text, file: "fly.toml" }, inRegions(counts));

  it.each<[what: string, counts: Readonly<Record<string, number>>, most: number | undefined]>([
    ["no machine", {}, undefined],
    ["one machine", { fra: 1 }, undefined],
    ["two in one region", { fra: 2 }, undefined],
    ["four in one region, of which two are a third", { fra: 4 }, undefined],
    ["one in each of two regions, which has to go", { fra: 1, ams: 1 }, undefined],
    ["one in each of four regions", { fra: 1, ams: 1, cdg: 1, lhr: 1 }, undefined],
    ["two in each of two regions", { fra: 2, ams: 2 }, 1],
    ["one in a region and many in another", { fra: 1, ams: 20 }, undefined],
    ["two in a region and many in another", { fra: 2, ams: 20 }, 1],
    ["three in each of two regions, of which two are a third", { fra: 3, ams: 3 }, undefined],
    ["three in each of three regions", { fra: 3, ams: 3, cdg: 3 }, 2],
  ])("leave one at work in each region: %s", (_what, counts, most) => {
    expect(of(counts)).toBe(most);
  });

  it("are flyctl's or the file's where the strategy stops all or none, or the file has a number", () => {
    const two = { fra: 2, ams: 2 };
    expect(of(two, "canary")).toBe(1);
    expect([of(two, "immediate"), of(two, "bluegreen")]).toEqual([undefined, undefined]);
    expect(of(two, "rolling", "[deploy]\nmax_unavailable = 2\n")).toBeUndefined();
  });
});

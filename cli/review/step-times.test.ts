import { describe, expect, it } from "vitest";
import { longestWay, stepTimes } from "./step-times.ts";

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
const resource = (urn: string, seconds: number, ...dependencies: readonly string[]) => ({
  urn,
  type: urn === "attempt" ? "pulumi-nodejs:dynamic/rollout:Attempt" : "pulumi-nodejs:dynamic/fly:Image",
  modified: at(seconds),
  dependencies,
});

describe("the time that a step took last", () => {
  it.each([
    {
      what: "begins when the last of those that it waits for is over",
      resources: [resource("a", 102), resource("b", 105), resource("step", 109, "a", "b")],
      begun: [100],
      expected: { seconds: 4, isLimit: false },
    },
    {
      what: "begins with the rollout where it waits for nothing of it",
      resources: [resource("a", 40), resource("step", 103, "a")],
      begun: [30, 100],
      expected: { seconds: 3, isLimit: false },
    },
    {
      what: "is a limit where what it waits for has run again since",
      resources: [resource("a", 205), resource("step", 109, "a")],
      begun: [100, 200],
      expected: { seconds: 9, isLimit: true },
    },
    {
      what: "minds no record that a later rollout opened",
      resources: [resource("attempt", 201), resource("step", 109, "attempt")],
      begun: [100, 200],
      expected: { seconds: 9, isLimit: false },
    },
    {
      what: "is unknown where no rollout is known that it was a part of",
      resources: [resource("step", 50)],
      begun: [100],
      expected: undefined,
    },
  ])("$what", ({ resources, begun, expected }) => {
    const starts = begun.map((seconds) => seconds * 1000);
    expect(stepTimes(resources, starts).get("step")).toEqual(expected);
  });
});

describe("the time of several steps", () => {
  const times: Record<string, number> = { a: 1, b: 5, c: 2 };
  const timeOf = (urn: string) =>
    urn in times ? { seconds: times[urn] ?? 0, isLimit: urn === "b" } : undefined;

  it("is that of the longest way through them", () => {
    const after: Record<string, string[]> = { c: ["a", "b"] };
    expect(longestWay(["a", "b", "c"], (urn) => after[urn] ?? [], timeOf)).toEqual({
      seconds: 7,
      isLimit: true,
    });
  });

  it("is unknown when that of one is", () => {
    expect(longestWay(["a", "new"], () => [], timeOf)).toBeUndefined();
  });
});

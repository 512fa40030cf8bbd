import { testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { expect, it } from "vitest";
import { planFor, strategyFor } from "./strategy.ts";
import type { Kind } from "./verdict.ts";

const live = { composition: testComposition("b") };
const previous = { composition: testComposition("a") };
const found = (kind: Kind, part = "web") => ({ kind, part });

it.each<[readonly Kind[], string, boolean, number]>([
  [["health"], "immediate", true, 30],
  [["security"], "immediate", true, 30],
  [["performance"], "fast", false, 120],
  [["business"], "gradual", false, 600],
  [["business", "performance"], "fast", false, 120],
  [["business", "performance", "health"], "immediate", true, 30],
])("rolls back for %j by the strategy %s", (kinds, name, freezes, limitSeconds) => {
  expect(strategyFor(kinds)).toEqual({ name, freezes, limitSeconds });
});

it("has no strategy where nothing was found", () => {
  expect(strategyFor([])).toBeUndefined();
});

it("rolls back the part alone that the figures condemn", () => {
  expect(planFor([found("performance", "worker")], live, previous)).toMatchObject({
    name: "fast",
    only: "worker",
  });
});

it.each([
  ["two parts are condemned", [found("performance"), found("performance", "worker")], previous],
  ["the part is the same in both releases", [found("performance")], live],
  ["its health is condemned too", [found("performance"), found("health")], previous],
  ["the application does less", [found("business", "orders")], previous],
])("rolls back everything where %s", (_name, findings, before) => {
  expect(planFor(findings, live, before)).not.toHaveProperty("only");
});

import { expect, it } from "vitest";
import { providerModules } from "../../infra/engine/provider-modules.ts";
import { leftOut } from "./left-out.ts";
import { steps } from "./steps/index.ts";

it("has a step of the campaign for every provider module, or the reason why there is none", () => {
  const tried = new Set([...steps.map(({ path }) => path), ...Object.keys(leftOut)]);
  expect([...tried].sort()).toEqual(Object.keys(providerModules).sort());
  expect(steps.filter(({ path }) => path in leftOut)).toEqual([]);
});

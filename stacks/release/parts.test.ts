import { describe, expect, it } from "vitest";
import { testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { mix, partNamed } from "./parts.ts";
import type { Settings } from "../settings/schema.ts";

const machines = { worker: { count: 1 }, regenerator: { count: 1 } };
const settings = {
  fly: { apps: { worker: "app-w", regenerator: "app-r" }, machines },
} as unknown as Pick<Settings, "fly">;

describe("a part of a release", () => {
  it.each([
    ["web", "web"],
    ["regenerator", { worker: "regenerator" }],
    ["app-r", { worker: "regenerator" }],
    ["app-x", undefined],
  ])("is named by %s", (name, part) => {
    expect(partNamed(name, settings)).toEqual(part);
  });

  it("of one worker leaves all others as they are", () => {
    const [live, other] = [testComposition("a"), testComposition("b")];
    const { web, workers } = mix(live, other, { worker: "regenerator" });
    expect([web.source, workers["worker"]?.source, workers["regenerator"]?.source]).toEqual(["a", "a", "b"]);
  });

  it("cannot be a worker that the other release does not have", () => {
    const live = testComposition("a");
    expect(() => mix(live, { ...live, workers: {} }, { worker: "worker" })).toThrow("has no worker worker");
  });
});

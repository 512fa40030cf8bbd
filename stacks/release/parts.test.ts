import { describe, expect, it } from "vitest";
import { testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { mix, partNamed } from "./parts.ts";
import type { Settings } from "../settings/schema.ts";

const machines = { worker: { count: 1 }, mailer: { count: 1 } };
const settings = {
  fly: { apps: { worker: "app-w", mailer: "app-m" }, machines },
} as unknown as Pick<Settings, "fly">;

describe("a part of a release", () => {
  it.each([
    ["web", "web"],
    ["mailer", { worker: "mailer" }],
    ["app-m", { worker: "mailer" }],
    ["app-x", undefined],
  ])("is named by %s", (name, part) => {
    expect(partNamed(name, settings)).toEqual(part);
  });

  it("of one worker leaves all others as they are", () => {
    const [live, other] = [testComposition("a"), testComposition("b")];
    const { web, workers } = mix(live, other, { worker: "mailer" });
    expect([web.source, workers["worker"]?.source, workers["mailer"]?.source]).toEqual(["a", "a", "b"]);
  });

  it("cannot be a worker that the other release does not have", () => {
    const live = testComposition("a");
    expect(() => mix(live, { ...live, workers: {} }, { worker: "worker" })).toThrow("has no worker worker");
  });
});

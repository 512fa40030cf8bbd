import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../engine/engine-event.ts";
import { driftIn } from "./changes.ts";

function event(op: string, type: string, before: object, after: object, outputs: object = {}): EngineEvent {
  return {
    ...{ sequence: 1, timestamp: 1 },
    resOutputsEvent: {
      planning: true,
      metadata: {
        ...{ op, type, urn: `urn:pulumi:staging::shop::${type}::worker-app`, provider: "p" },
        old: { inputs: before, outputs: {} },
        new: { inputs: after, outputs },
      },
    },
  } as unknown as EngineEvent;
}
const app = "pulumi-nodejs:dynamic/fly:App";

describe("the drift in an event", () => {
  it("is nothing where the resource is as the state has it", () => {
    expect(driftIn(event("same", app, { name: "shop" }, { name: "shop" }))).toBeUndefined();
    expect(driftIn({ sequence: 1, timestamp: 1 })).toBeUndefined();
  });

  it("has the cloud, the thing by its name there, and each property that is another", () => {
    expect(
      driftIn(event("update", app, { name: "shop", org: "a", __provider: 1 }, { name: "shop", org: "b" })),
    ).toEqual({
      ...{ cloud: "Fly", what: "app", named: "shop", resource: "worker-app" },
      changes: ["org: a → b"],
    });
  });

  it("has the texts of a provider where no property shows the change", () => {
    const seen = { changedOutOfBand: ["machine m1 is stopped", "FOO was added"] };
    expect(driftIn(event("update", app, { name: "shop" }, { name: "shop" }, seen))?.changes).toEqual([
      "machine m1 is stopped",
      "FOO was added",
    ]);
  });

  it("is gone where the refresh deletes it from the state", () => {
    expect(driftIn(event("delete", app, { name: "shop" }, {}))?.changes).toEqual(["gone"]);
  });

  it("cuts a long value, and writes what is missing as none", () => {
    const [change] = driftIn(event("update", app, {}, { note: "n".repeat(500) }))?.changes ?? [];
    expect(change).toBe(`note: none → ${"n".repeat(60)}…`);
  });

  it("is nothing where only values changed that the cloud sets", () => {
    expect(driftIn(event("update", app, { name: "shop" }, { name: "shop" }, { at: "now" }))).toBeUndefined();
  });
});

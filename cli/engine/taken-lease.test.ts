import { describe, expect, it } from "vitest";
import type { EngineEvent } from "./engine-event.ts";
import { takenLease } from "./taken-lease.ts";

const place = { owner: "o", repository: "r", environment: "staging", commit: "c".repeat(40) };

function event(kind: string, op: string, name: string): EngineEvent {
  const type = `pulumi-nodejs:dynamic/rollout:${name}`;
  const metadata = { op, type, urn: `urn:${name}`, new: { inputs: { ...place, release: "one" } } };
  return { sequence: 0, timestamp: 0, [kind]: { metadata } };
}

describe("the lease of an environment", () => {
  it.each(["create", "update", "create-replacement"])("is taken where the gate ended with %s", (op) => {
    expect(takenLease(event("resOutputsEvent", op, "Gate"))).toEqual(place);
  });

  it("may be taken where the gate failed: its answer may have been lost", () => {
    expect(takenLease(event("resOpFailedEvent", "update", "Gate"))).toEqual(place);
  });

  it.each([
    ["a gate that still asks", event("resourcePreEvent", "update", "Gate")],
    ["another step that failed", event("resOpFailedEvent", "update", "Attempt")],
    ["a gate that was not asked", event("resOutputsEvent", "same", "Gate")],
    ["another step", event("resOutputsEvent", "update", "Attempt")],
  ])("is not taken by %s", (_name, seen) => {
    expect(takenLease(seen)).toBeUndefined();
  });
});

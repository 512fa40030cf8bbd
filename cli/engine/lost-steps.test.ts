import { expect, it } from "vitest";
import type { EngineEvent } from "./engine-event.ts";
import { lostSteps } from "./lost-steps.ts";

const said = (urn: string, message: string): EngineEvent =>
  ({ diagnosticEvent: { urn, severity: "error", message } }) as EngineEvent;
const failed = (urn: string, op: string): EngineEvent =>
  ({ resOpFailedEvent: { metadata: { urn, op } } }) as unknown as EngineEvent;

it("finds the steps whose provider's process ended before them, and no other that failed", () => {
  const steps = lostSteps();
  const eof = "error reading from server: EOF";
  for (const event of [
    said("changed", eof),
    failed("changed", "update"),
    said("made", eof),
    failed("made", "create"),
    said("gone", "rpc error: code = Unavailable desc = connection error: desc = …"),
    failed("gone", "delete"),
    said("refused", "Fly.io answered 422 to POST /v1/apps"),
    failed("refused", "update"),
  ])
    steps.apply(event);
  expect(steps.found).toEqual([
    { urn: "changed", what: "updating" },
    { urn: "gone", what: "deleting" },
  ]);
});

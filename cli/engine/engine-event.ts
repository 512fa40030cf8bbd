import type { EngineEvent } from "@pulumi/pulumi/automation";

export type { EngineEvent };

/** Reads one line of the engine's event log. */
export function parseEvent(line: string): EngineEvent {
  return JSON.parse(line) as EngineEvent;
}

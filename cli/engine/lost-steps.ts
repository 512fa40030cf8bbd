import type { EngineEvent } from "./engine-event.ts";
import type { PendingOperation } from "./pending-operations.ts";

/** gRPC's words where the process that carried a step out is gone. */
const gone =
  /error reading from server|transport is closing|connection error: desc|code = Unavailable|connection refused"?$/m;

const words: Readonly<Record<string, string>> = {
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
};

/**
 * Steps of which the engine does not know how they ended, since their provider's process has ended before them. It counts them as
 * failed, with the state of before, although they may have acted.
 */
export function lostSteps(): {
  apply(event: EngineEvent): void;
  readonly found: readonly PendingOperation[];
} {
  const lost = new Set<string>();
  const found: PendingOperation[] = [];
  return {
    apply: ({ diagnosticEvent, resOpFailedEvent }) => {
      const { urn, severity, message = "" } = diagnosticEvent ?? {};
      // The engine reports the error before it reports that the step has failed.
      if (urn && severity === "error" && gone.test(message)) lost.add(urn);
      if (!resOpFailedEvent) return;
      const { op, urn: failed } = resOpFailedEvent.metadata;
      const what = words[op];
      if (what !== undefined && lost.has(failed)) found.push({ urn: failed, what });
    },
    found,
  };
}

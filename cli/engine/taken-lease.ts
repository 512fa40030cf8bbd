import type { LeasePlace } from "@rollout/infra/rollout/lease/lease-store";
import type { EngineEvent } from "./engine-event.ts";

/** Whose end means that the gate has let a release in; as it was, it was not asked. */
const asked = ["create", "update", "create-replacement"];

/**
 * Where the gate has taken the lease, when the engine reports that, or may have: of a gate that failed, the answer may have
 * been lost that had it.
 */
export function takenLease({ resOutputsEvent, resOpFailedEvent }: EngineEvent): LeasePlace | undefined {
  const done = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
  if (!done?.type.endsWith("rollout:Gate") || !asked.includes(done.op)) return undefined;
  const inputs: Readonly<Record<string, unknown>> = done.new?.inputs ?? {};
  const { owner, repository, environment, commit } = inputs;
  return typeof owner === "string" &&
    typeof repository === "string" &&
    typeof environment === "string" &&
    typeof commit === "string"
    ? { owner, repository, environment, commit }
    : undefined;
}

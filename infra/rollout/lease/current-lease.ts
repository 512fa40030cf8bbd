import { assertFence, setFence } from "../../shared/fence.ts";
import type { HeldLease } from "./held-lease.ts";

/** The lease of the rollout that this provider process serves; one process serves one run of the engine. */
let current: HeldLease | undefined;

export function setCurrentLease(lease: HeldLease | undefined): void {
  current = lease;
  setFence(lease);
}

export function currentLease(): HeldLease | undefined {
  return current;
}

/** To be called before every act of a rollout: a holder that was taken for dead must not act at the same time as its successor. */
export function assertLease(): void {
  assertFence();
}

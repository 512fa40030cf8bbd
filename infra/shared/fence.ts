/** What a process acts under: while it stands, nobody else changes the same environment. */
export interface Fence {
  /** @throws Error that says why nothing may be done any more. */
  assertHeld(): void;
  /** Aborted, with that error, at the moment when it is lost. */
  readonly lost: AbortSignal;
}

/** One process serves one rollout. */
let current: Fence | undefined;

/** From now on every call that changes a cloud and every child process ends with this one; undefined where none is held. */
export function setFence(fence: Fence | undefined): void {
  current = fence;
}

/** To be called before each act: a holder that was taken for dead must not act beside its successor. */
export function assertFence(): void {
  current?.assertHeld();
}

/** The signals after which an act ends: the given one, and the loss of what it is done under. */
export function endingWith(signal?: AbortSignal): AbortSignal | undefined {
  const signals = [signal, current?.lost].filter((each) => each !== undefined);
  return signals.length > 1 ? AbortSignal.any(signals) : signals[0];
}

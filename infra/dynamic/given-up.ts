/** Words of a step that was given up, by which program and command line distinguish it from one that failed. */
export const givenUpText = "given up, since another step of the rollout has failed";

/** Work that is not waited for any more: no failure of its own. */
export class GivenUp extends Error {
  constructor() {
    super(givenUpText);
    this.name = "GivenUp";
  }
}

/** Whether any of a step's errors, as the engine reports them, is that it was given up. */
export function isGivenUp(errors: readonly string[]): boolean {
  return errors.some((error) => error.includes(givenUpText));
}

/** Of the rollout that this provider process serves; one process serves one run of the engine. */
const failure = new AbortController();

/**
 * Is aborted once a step of this rollout has failed. For work that changes nothing live, takes long and would keep the
 * rollback waiting: the engine ends only when every step that was begun has.
 */
export const anotherFailed: AbortSignal = failure.signal;

/** To be called with every failure of a step. */
export function reportFailed(error: unknown): void {
  if (!(error instanceof GivenUp)) failure.abort(new GivenUp());
}

/**
 * Thrown by a step that may have acted. The engine keeps the attempted inputs and marks the resource as not
 * initialised, so that the next `up` of this release, or of the one before, runs the step again. With any other error
 * the state would keep the inputs of the time before, and going back would look like no change at all.
 */
export class StepFailed extends Error {
  readonly id: string;
  readonly reasons: readonly string[];
  /** What the step attempted; the engine saves it as the resource's state. */
  properties: object;

  constructor(id: string, attempted: object, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "StepFailed";
    this.id = id;
    this.properties = attempted;
    this.reasons = [reason];
  }
}

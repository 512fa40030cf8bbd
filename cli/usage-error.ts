/** A mistake in the command line or in the set-up: shown by its message alone, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

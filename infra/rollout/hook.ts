/** A command of the application that a rollout runs between two of its steps. */
export interface Hook {
  /** A command of the shell, run in the project's folder. */
  readonly command: string;
  /** Limit in seconds, after which the command and all that it started are killed. */
  readonly limitSeconds: number;
  /** Names of variables of the one who runs the rollout that it gets as well. */
  readonly environment: readonly string[];
}

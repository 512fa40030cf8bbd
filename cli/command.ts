import type { ExitStatus } from "./exit-status.ts";

/** What every command is given. */
export interface Session {
  /** The checkout: what is rolled out. */
  readonly checkout: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

/** One command of `bin/rollout`. */
export interface Command {
  /** In a few words, for the list of commands. */
  readonly summary: string;
  /** What `bin/rollout NAME --help` prints. */
  readonly help: string;
  run(session: Session, words: readonly string[]): Promise<ExitStatus>;
}

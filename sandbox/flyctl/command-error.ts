/** What flyctl prints after `Error: `, and the lines that help, below it. */
export class CommandError extends Error {
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** The user or a supervisor ended the command: flyctl exits with 127 and prints nothing. */
export class Interrupted extends Error {
  constructor() {
    super("context canceled");
  }
}

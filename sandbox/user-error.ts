/** A failure whose message is all that the user needs: shown without a stack. */
export class UserError extends Error {
  /** 1: something failed; 2: used or set up wrongly; 3: refused while another command uses the clouds. */
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3 = 1) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

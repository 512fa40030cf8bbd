/** Words that begin the proof of a smoke test that passed; the record of a rollout, and its status on GitHub, keep them. */
const passed = "smoke test passed";

export interface SmokeFindings {
  /** What the test found, in a few words. */
  readonly summary: string;
  readonly milliseconds: number;
  /** Machines that were observed afterwards, and for how long; absent where none was. */
  readonly observed?: { readonly machines: number; readonly seconds: number } | undefined;
}

/** What a smoke test that passed found, in one line with its time. */
export function passedProof({ summary, milliseconds, observed }: SmokeFindings, now: Date): string {
  return (
    `${passed}: ${summary} in ${(milliseconds / 1000).toFixed(1)} s at ${now.toISOString()}` +
    (observed
      ? `; ${String(observed.machines)} machines ran ${String(observed.seconds)} s more without a crash`
      : "")
  );
}

/** What is kept of a smoke test that failed in an environment that does not require it. */
export function failedProof(reason: string): string {
  return `smoke test failed, and is not required: ${reason}`;
}

/** Whether a rollout that ended with these words had a smoke test that passed. */
export function isPassed(proof: string): boolean {
  return proof.startsWith(passed);
}

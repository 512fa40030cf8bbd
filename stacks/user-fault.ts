import * as pulumi from "@pulumi/pulumi";

/**
 * A fault that the user can fix: reported by its message alone. Without a stack, because the SDK otherwise renders the
 * stack with all that hangs on it, which is not visible and which takes ten seconds.
 */
export function userFault(message: string): pulumi.RunError {
  const fault = new pulumi.RunError(message);
  Object.defineProperty(fault, "stack", { value: undefined });
  return fault;
}

/**
 * Silences the SDK's debug messages. In them it quotes each registered resource with all its values, decrypted, and the
 * engine writes them into its event log (which the Automation API reads too) whether or not `--debug` was asked for.
 * Nothing else can keep the secrets out of it. See docs/decisions/debug-log.md.
 */
export function silenceDebugLog(): void {
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
}

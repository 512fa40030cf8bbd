import * as pulumi from "@pulumi/pulumi";

/**
 * Silences the SDK's debug messages. In them it quotes each registered resource with all its values, decrypted, and the
 * engine writes them into its event log (which the Automation API reads too) whether or not `--debug` was asked for.
 * Nothing else can keep the secrets out of it. See docs/decisions/debug-log.md.
 */
export function silenceDebugLog(): void {
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
}

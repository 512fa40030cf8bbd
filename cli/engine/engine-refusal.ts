import type { RolloutEnd } from "../progress/rollout-progress.ts";
import { withPassphraseAdvice } from "../passphrase.ts";
import { UsageError } from "../usage-error.ts";
import { brokenStateAdvice } from "./broken-state.ts";
import type { EngineEnd } from "./run-pulumi.ts";

/** The engine's own exit status for a stack that its backend does not know (sdk/go/common/util/cmdutil/exit.go). */
const stackNotFound = 6;

/** Whether the engine ended because its backend does not have the stack. */
export function isUnknownStack({ status, stderr }: EngineEnd): boolean {
  return status === stackNotFound || /no stack named/.test(stderr);
}

/** @throws UsageError with the reason for which the engine ended before it ran anything, and what helps. */
export function unlessEngineRefused(...run: Parameters<typeof engineRefusal>): void {
  const refusal = engineRefusal(...run);
  if (refusal !== undefined) throw new UsageError(refusal);
}

/**
 * The engine can end before it runs anything: nothing is in its event log then, and the reason is in its last words.
 *
 * @returns the reason and what helps; undefined where it ran.
 */
export function engineRefusal(
  stack: string,
  ended: EngineEnd,
  end: Pick<RolloutEnd, "acted" | "engineResult">,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const { status, stderr } = ended;
  if (status === 0 || end.engineResult !== undefined || end.acted) return undefined;
  const said = stderr.replaceAll(/^error: /gm, "").trim();
  if (isUnknownStack(ended))
    return `There is no stack ${stack} in this backend. Make it: pulumi stack init ${stack}; the guide describes what it brings along.`;
  if (/currently locked/.test(said))
    return `Another run has locked the stack ${stack}:\n${said}\nWait for its end. If it is dead: pulumi cancel --stack ${stack}`;
  const advice = brokenStateAdvice(stack, said, environment);
  if (advice !== undefined) return `${said}\n${advice}`;
  return said === "" ? `pulumi ended with ${status} and printed nothing` : withPassphraseAdvice(said, stack);
}

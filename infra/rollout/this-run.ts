import { partialOptions } from "../dynamic/engine-options.ts";
import { assertLease, currentLease } from "./lease/current-lease.ts";

const complete = "a rollout is complete or refused: run the command again without these options";

/** What a run is refused with that has reached neither gate nor record. */
export function partialRun(missing: string): string {
  return `nothing was changed: this run left out ${missing}, as with --target or --exclude; ${complete}`;
}

/** @throws Error where options of the run leave steps out, whichever: one that acts could need one that does not. */
export function refusePartialRun(options: readonly string[] = partialOptions()): void {
  if (options.length > 0)
    throw new Error(
      `nothing was changed: this run leaves steps out, by ${options.join(" and ")}; ${complete}`,
    );
}

/** Whether a step failed with that: then nothing has begun that could be reported or rolled back. */
export function isPartialRun(errors: readonly string[]): boolean {
  return errors.some((error) => /nothing was changed: this run le(ft|aves) /.test(error));
}

/** The steps that let a rollout write. */
const required = ["rollout/gate", "rollout/attempt"] as const;

/** What this run of the engine has passed; one provider process serves one run. */
const passed = new Set<string>();
let stack: string | undefined;
let admit: (() => Promise<void>) | undefined;
let admission: Promise<void> | undefined;

/** Notes that the engine has reached the step: it compared, created or changed it. */
export function noteReached(path: string): void {
  passed.add(path);
}

/** Notes the name of the stack, which the gate knows. */
export function noteStack(name: string | undefined): void {
  stack = name;
}

/** The stack of this run, for a message; absent before its gate was reached. */
export function stackOfRun(): string | undefined {
  return stack;
}

/** Notes how the gate is passed where its own step has nothing to do, as when only drift is repaired. */
export function noteGate(pass: () => Promise<void>): void {
  admit = pass;
}

/**
 * To be called before a step creates or changes anything. A run with `--target` or `--exclude` may leave out the gate or the
 * record; then nothing acts. Where the release is live already, the gate has not acted: it does so before the first change.
 *
 * @param path of the step.
 * @throws Error before anything is written.
 */
export async function requireGate(path: string): Promise<void> {
  const before = path === "rollout/gate" ? [] : path === "rollout/attempt" ? ["rollout/gate"] : required;
  const missing = before.filter((each) => !passed.has(each)).map((each) => each.replace("rollout/", ""));
  if (missing.length > 0) throw new Error(partialRun(missing.join(" and ")));
  if (before.length > 0 && admit && !currentLease()) await (admission ??= admit());
  assertLease();
}

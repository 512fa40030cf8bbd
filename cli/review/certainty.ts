import { differencesOf, topOf } from "./differences.ts";
import { kindOf } from "./kinds.ts";
import type { Step } from "./plan.ts";

/**
 * Which steps will run whatever the rollout makes. The engine plans a step also when one of its inputs is not known yet,
 * and often that turns out to be what it was: a bigger compute has the address of the smaller one. Such a step is certain
 * only where the value comes from a certain step that replaces it.
 */
export function certainSteps(steps: readonly Step[]): ReadonlySet<string> {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const known = new Map<string, boolean>();
  const isCertain = (step: Step): boolean => {
    const seen = known.get(step.urn);
    if (seen !== undefined) return seen;
    known.set(step.urn, false);
    const result = decide(step, (urn) => {
      const source = byUrn.get(urn);
      return source !== undefined && isCertain(source) && makesAnew(source);
    });
    known.set(step.urn, result);
    return result;
  };
  return new Set(steps.filter(isCertain).map(({ urn }) => urn));
}

function decide(step: Step, isMadeAnew: (urn: string) => boolean): boolean {
  if (step.operation !== "update" && step.operation !== "replace") return true;
  const { idle = [] } = kindOf(step.type);
  const differences = differencesOf(step).filter(({ path }) => !idle.includes(topOf(path)));
  // The cloud itself was asked, or the step was left unfinished: nothing in the inputs shows it.
  if (differences.length === 0) return true;
  return differences.some(
    ({ kind, path }) => kind !== "unknown" || (step.propertyDependencies[topOf(path)] ?? []).some(isMadeAnew),
  );
}

/** Whether what it gives to others is another thing afterwards. */
function makesAnew({ type, operation }: Step): boolean {
  return operation !== "update" || !kindOf(type).keepsItself;
}

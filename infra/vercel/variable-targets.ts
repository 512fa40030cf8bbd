/** Which deployments get a variable. Vercel answers one target as a text or as a list of one. */
export interface TargetedVariable {
  readonly target?: string | readonly string[] | undefined;
  readonly gitBranch?: string | null | undefined;
}

const targetsOf = ({ target }: TargetedVariable): readonly string[] => [target ?? []].flat();

/** Whether deployments of the target get it, on the git branch or, without one, on every branch. */
export function isSetFor(variable: TargetedVariable, target: string, gitBranch?: string): boolean {
  return targetsOf(variable).includes(target) && (variable.gitBranch || undefined) === gitBranch;
}

/** Its targets in a sentence where there are several: they have one value, which a change for one takes from the others. */
export function jointTargets(variable: TargetedVariable): string | undefined {
  const targets = targetsOf(variable);
  return targets.length > 1 ? targets.join(" and ") : undefined;
}

/** What makes several variables of one. */
export const separateFirst =
  "set it for each environment separately first (Environment Variables in the project's settings at Vercel)";

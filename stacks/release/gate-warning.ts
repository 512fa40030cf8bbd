/** The first line of what a preview warns of, where the gate would refuse the release. */
export function gateForecast(environment: string): string {
  return `the gate of ${environment} would refuse this now:`;
}

/** The reasons in such a warning; none in any other. */
export function refusalsIn(warning: string): readonly string[] {
  const [first = "", ...reasons] = warning.split("\n");
  const named = /^the gate of (\S+) would/.exec(first)?.[1];
  return named !== undefined && first === gateForecast(named) ? reasons.map((reason) => reason.trim()) : [];
}

import picocolors from "picocolors";

/** The few colours of this tool's output. */
export type Colors = Pick<
  ReturnType<typeof picocolors.createColors>,
  "bold" | "dim" | "green" | "red" | "yellow"
>;

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org). */
export function colorsFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Colors {
  return picocolors.createColors(isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb");
}

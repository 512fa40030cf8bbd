import type { Screen, View } from "./view.ts";

/** One JSON object a line for each thing that happened: for machines. */
export function jsonLines(screen: Screen, at: () => Date): View {
  return {
    show: (change) => screen.write(`${JSON.stringify({ at: at().toISOString(), ...change })}\n`),
    close: () => undefined,
  };
}

import { duration } from "../progress/view.ts";
import type { StepTime } from "./step-times.ts";

/** `~3.1 s`, or `≤ 3.1 s` where it may have been shorter. */
export function timeText({ seconds, isLimit }: StepTime): string {
  return `${isLimit ? "≤ " : "~"}${duration(seconds)}`;
}

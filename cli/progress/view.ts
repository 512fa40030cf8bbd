import type { StepChange } from "./rollout-progress.ts";

/** Shows a rollout while it runs. */
export interface View {
  show(change: StepChange): void;
  /** Ends the showing; what stands there stays. */
  close(): void;
}

/** Where a view writes: `process.stdout`, or a test's. */
export interface Screen {
  write(text: string): void;
  /** Characters a line; undefined without a terminal. */
  readonly columns?: number | undefined;
}

/** `4.2 s`, `1 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

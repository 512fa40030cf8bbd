import type { StepChange } from "../progress/rollout-progress.ts";

/** When one step of a rollout ran. */
export interface StepSpan {
  /** The name that the program gave it. */
  readonly name: string;
  /** `created`, `old one deleted`. */
  readonly action: string;
  /** Seconds from the start of the command until it began. */
  readonly begun: number;
  readonly seconds: number;
  /** `running`: the engine ended before the step did. */
  readonly outcome: "done" | "failed" | "given up" | "running";
}

/** When the steps of one run of the engine ran. */
export interface RunTiming {
  /** When the engine was started, RFC 3339. */
  readonly at: string;
  /** Until it had ended. */
  readonly seconds: number;
  /** All that began, in this order. */
  readonly spans: readonly StepSpan[];
}

export interface SpanCollector {
  take(change: StepChange): void;
  timing(): RunTiming;
}

/** Notes when each step of a run of the engine begins and ends. `now` counts milliseconds. */
export function collectSpans(now: () => number): SpanCollector {
  const start = now();
  const at = new Date().toISOString();
  const seconds = (): number => (now() - start) / 1000;
  const running = new Map<
    string,
    { readonly name: string; readonly action: string; readonly begun: number }
  >();
  const ended: StepSpan[] = [];
  return {
    take: (change) => {
      if (change.kind === "started")
        running.set(keyOf(change), { name: change.step, action: change.action, begun: seconds() });
      if (change.kind !== "done" && change.kind !== "failed" && change.kind !== "given up") return;
      const span = running.get(keyOf(change));
      if (!span) return;
      running.delete(keyOf(change));
      ended.push({ ...span, seconds: seconds() - span.begun, outcome: change.kind });
    },
    timing: () => {
      const open = [...running.values()].map((span) => ({
        ...span,
        seconds: seconds() - span.begun,
        outcome: "running" as const,
      }));
      const spans = [...ended, ...open].sort((one, other) => one.begun - other.begun);
      return { at, seconds: seconds(), spans };
    },
  };
}

/** A replaced resource has two steps of one name. */
function keyOf({ step, action }: { readonly step: string; readonly action: string }): string {
  return `${action} ${step}`;
}

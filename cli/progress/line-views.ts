import type { StepChange } from "./rollout-progress.ts";
import { type Screen, type View, duration } from "./view.ts";

const stillRunningMilliseconds = 15_000;

/** One line for each thing that happened, with the time since the beginning: for logs and pipes. */
export function plainLines(screen: Screen, now: () => number): View {
  const start = now();
  const running = new Map<string, { readonly since: number; line: string }>();
  const write = (text: string): void =>
    screen.write(`${duration((now() - start) / 1000).padStart(11)}  ${text}\n`);
  const timer = setInterval(() => {
    for (const [step, { since, line }] of running)
      if (now() - since >= stillRunningMilliseconds)
        write(`${step} is running for ${duration((now() - since) / 1000)}${line ? `: ${line}` : ""}`);
  }, stillRunningMilliseconds);
  timer.unref();

  return {
    show: (change: StepChange) => {
      switch (change.kind) {
        case "started":
          running.set(change.step, { since: now(), line: "" });
          return;
        case "line": {
          const step = running.get(change.step);
          if (step) step.line = change.line;
          return;
        }
        case "note":
          write(change.message);
          return;
        case "warning":
          write(`warning: ${change.message}`);
          return;
        case "done":
        case "failed":
        case "given up": {
          running.delete(change.step);
          const word = { done: change.action, failed: "FAILED", "given up": change.kind }[change.kind];
          write(`${change.step} ${word} (${duration(change.seconds)})`);
        }
      }
    },
    close: () => clearInterval(timer),
  };
}

/** One JSON object a line for each thing that happened: for machines. */
export function jsonLines(screen: Screen, at: () => Date): View {
  return {
    show: (change) => screen.write(`${JSON.stringify({ at: at().toISOString(), ...change })}\n`),
    close: () => undefined,
  };
}

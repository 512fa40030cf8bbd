import { stripVTControlCharacters } from "node:util";
import type { Colors } from "./colors.ts";
import type { StepChange } from "./rollout-progress.ts";
import type { Screen, View } from "./view.ts";
import { duration } from "./view.ts";

const redrawMilliseconds = 100;
const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const nameWidth = 30;

interface Running {
  readonly action: string;
  readonly since: number;
  line: string;
}

/**
 * For a terminal: what is over stands as a line for good, and below it, redrawn, each step that runs with its time and
 * the last line that it printed.
 */
export function liveView(screen: Screen, colors: Colors, now: () => number): View {
  // The engine prints nothing while it starts, and the program reads the checkout: some seconds.
  const starting = "starting";
  const running = new Map<string, Running>([
    [starting, { action: "", since: now(), line: "the engine; then the program reads settings and sources" }],
  ]);
  let drawn = 0;
  let turn = 0;

  const erase = (): string => (drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : "");
  const redraw = (above = ""): void => {
    const width = Math.max(40, screen.columns ?? 80) - 1;
    const rows = [...running].map(([step, { since, line }]) => {
      const time = duration((now() - since) / 1000).padStart(9);
      const row = `${spinner[turn % spinner.length] ?? ""} ${step.padEnd(nameWidth)} ${time}  ${line}`;
      return colors.dim(row.slice(0, width));
    });
    screen.write(`${erase()}${above}${rows.map((row) => `${row}\n`).join("")}`);
    drawn = rows.length;
  };
  const timer = setInterval(() => {
    turn += 1;
    if (running.size > 0) redraw();
  }, redrawMilliseconds);
  timer.unref();

  return {
    show: (change: StepChange) => {
      running.delete(starting);
      switch (change.kind) {
        case "started":
          running.set(change.step, { action: change.action, since: now(), line: "" });
          redraw();
          return;
        case "line": {
          const step = running.get(change.step);
          const last = change.line.split("\n").at(-1) ?? "";
          if (step) step.line = stripVTControlCharacters(last);
          return;
        }
        case "note":
          redraw(`${change.message}\n`);
          return;
        case "warning":
          redraw(`${colors.yellow("!")} ${change.message}\n`);
          return;
        case "done":
        case "failed":
        case "given up": {
          running.delete(change.step);
          const [mark, word] = {
            done: [colors.green("✓"), change.action],
            failed: [colors.red("✗"), "failed"],
            "given up": ["–", "given up"],
          }[change.kind];
          const time = duration(change.seconds).padStart(9);
          redraw(`${mark} ${change.step.padEnd(nameWidth)} ${time}  ${word}\n`);
        }
      }
    },
    close: () => {
      clearInterval(timer);
      running.clear();
      redraw();
    },
  };
}

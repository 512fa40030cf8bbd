import { describe, expect, it } from "vitest";
import { colorsFor } from "./colors.ts";
import { liveView } from "./live-view.ts";

/** As much of a terminal as the view needs: lines, and going up to erase from there. */
function terminal(): { write(text: string): void; lines(): readonly string[] } {
  let shown = "";
  return {
    write: (text) => {
      const [plain = "", ...rest] = text.split("\u001b[");
      shown += plain;
      for (const sequence of rest) {
        const [, count = "0", action, then = ""] = /^(\d+)([AJ])([^]*)$/.exec(sequence) ?? [];
        if (action === "A")
          shown = `${shown
            .split("\n")
            .slice(0, -1 - Number(count))
            .join("\n")}\n`.trimStart();
        shown += then;
      }
    },
    lines: () => shown.split("\n").filter((line) => line !== ""),
  };
}

describe("what a terminal shows", () => {
  it("keeps a message that comes while steps run, and no line of theirs in the end", () => {
    const screen = terminal();
    const view = liveView(screen, colorsFor(false, {}), () => 0);
    view.show({ kind: "started", step: "worker-deployment", action: "updated" });
    view.show({ kind: "started", step: "web-live", action: "updated" });
    view.show({ kind: "warning", message: "Stopping after the steps under way" });
    expect(screen.lines()).toHaveLength(3);
    view.show({ kind: "done", step: "worker-deployment", action: "updated", seconds: 2 });
    view.close();
    expect(screen.lines()).toEqual([
      "! Stopping after the steps under way",
      expect.stringMatching(/^✓ worker-deployment +2\.0 s {2}updated$/) as string,
    ]);
  });
});

import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { expect, it } from "vitest";
import { comparisonPlot, writeResults } from "./results.ts";

const comparisons = [
  { name: "first rollout", seconds: 20, runs: [18, 20, 25], beside: { name: "plain <script>", seconds: 40 } },
  { name: "up with nothing changed", seconds: 4, runs: [4] },
];

it("draws each median to one scale, with what it is held against", () => {
  const plot = comparisonPlot(comparisons);
  const bars: number[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "rect") bars.push(Number(attributes["width"]));
  });
  parser.write(plot).close();
  expect(bars).toEqual([210, 420, 42]);
});

it("writes the same as JSON, table and plot", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-results-"));
  try {
    const table = readFileSync(
      writeResults(folder, "rollout", { at: "2026-03-09T10:00:00Z", loadBefore: 0.2, comparisons }),
      "utf8",
    );
    expect(readdirSync(folder).sort()).toEqual(["rollout.json", "rollout.md", "rollout.svg"]);
    expect(table).toMatch(
      /\| first rollout +\| 20\.0 s \| 3: 18\.0 to 25\.0 s \| plain <script> 40\.0 s \| 0\.50 +\|/,
    );
    expect(table).toContain("load 0.2 before");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

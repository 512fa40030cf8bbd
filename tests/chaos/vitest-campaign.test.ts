import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { keptIn, ownShare } from "./vitest-campaign.ts";

afterEach(() => void vi.unstubAllEnvs());

it("gives each process of a campaign its share, all together each once, and a test outside of one all", () => {
  const all = ["a", "b", "c", "d", "e"];
  const shares = ["0/2", "1/2"].map((share) => {
    vi.stubEnv("CHAOS_SHARE", share);
    return ownShare(all);
  });
  expect(shares).toEqual([
    ["a", "c", "e"],
    ["b", "d"],
  ]);
  vi.stubEnv("CHAOS_SHARE", undefined);
  expect(ownShare(all)).toEqual(all);
});

it("has the cells that a file keeps, of those that are wanted", () => {
  const file = join(tmpdir(), "kept.jsonl");
  onTestFinished(() => rmSync(file));
  expect(keptIn(file, () => true)).toEqual([]);
  const cells = [
    { seed: 7, number: 1, faults: [] },
    { seed: 7, number: 2, faults: ["lost"] },
    { seed: 8, number: 3, faults: [] },
  ];
  writeFileSync(file, cells.map((cell) => `${JSON.stringify(cell)}\n`).join(""));
  expect(keptIn<{ readonly number: number }>(file, ({ seed }) => seed === 7)).toEqual(cells.slice(0, 2));
});

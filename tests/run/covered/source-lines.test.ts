import { expect, it } from "vitest";
import { executed, type MappedPlace } from "./source-lines.ts";

const places: readonly MappedPlace[] = [0, 10, 20, 30].map((offset, line) => ({ offset, source: 0, line }));
const ran = (...ranges: readonly number[]): readonly number[] =>
  executed(places, ranges).map(({ line }) => line);

it.each([
  { title: "a module that ran", ranges: [0, 40, 1], lines: [0, 1, 2, 3] },
  { title: "a function in it that nothing called", ranges: [0, 40, 1, 10, 25, 0], lines: [0, 3] },
  {
    title: "a branch that ran, of a function that is listed before it",
    ranges: [0, 40, 0, 20, 30, 1],
    lines: [2],
  },
  { title: "a range that ends where a place begins", ranges: [0, 10, 1], lines: [0] },
  { title: "a module that was never loaded", ranges: [], lines: [] },
])("$title: lines $lines", ({ ranges, lines }) => {
  expect(ran(...ranges)).toEqual(lines);
});

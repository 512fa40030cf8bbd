import { expect, it } from "vitest";
import { declaredOneWay, pendingIn } from "./pending.ts";

it("are the migrations of which the database has no such content; one-way is what the live release lacks", () => {
  const first = { name: "0000_first", sql: "-- undo: x\nSELECT 1;\n", hash: "1" };
  const next = { name: "0001_next", sql: "-- undo: x\n-- one-way: so it is\nSELECT 2;\n", hash: "2" };
  const text = "-- undo: x\n-- one-way:\nSELECT 3; -- one-way: too late\n";
  const migrations = [first, next, { name: "0002_last", sql: text, hash: "3" }];
  const applied = [{ name: "first", hash: "1" }];
  expect(pendingIn(migrations, applied)).toEqual(["0001_next", "0002_last"]);
  expect(pendingIn([first], applied)).toEqual([]);
  // Where the database keeps names alone.
  expect(pendingIn(migrations, [{ name: "0000_first" }])).toEqual(["0001_next", "0002_last"]);
  expect(declaredOneWay(migrations, [first.name])).toBe("so it is");
  expect(declaredOneWay(migrations, [first.name, next.name])).toBe("");
});

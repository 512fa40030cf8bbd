import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { declaredOneWay, pendingIn } from "./pending.ts";

it("are the migrations of which the database has no such content; one-way is what the live release lacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "shop-pending-"));
  const first = "-- undo: x\nSELECT 1;\n";
  writeFileSync(join(folder, "0000_first.sql"), first);
  writeFileSync(join(folder, "0001_next.sql"), "-- undo: x\n-- one-way: so it is\nSELECT 2;\n");
  writeFileSync(join(folder, "0002_last.sql"), "-- undo: x\n-- one-way:\nSELECT 3; -- one-way: too late\n");
  const applied = [{ name: "first", hash: createHash("sha256").update(first).digest("hex") }];
  const names = ["0000_first", "0001_next", "0002_last"];
  expect(pendingIn(folder, names, applied)).toEqual(["0001_next", "0002_last"]);
  expect(pendingIn(folder, names.slice(0, 1), applied)).toEqual([]);
  // Where the database keeps names alone.
  expect(pendingIn(folder, names, [{ name: "0000_first" }])).toEqual(["0001_next", "0002_last"]);
  expect(declaredOneWay(folder, names, names.slice(0, 1))).toBe("so it is");
  expect(declaredOneWay(folder, names, names.slice(0, 2))).toBe("");
  rmSync(folder, { recursive: true });
});

import { describe, expect, it } from "vitest";
import type { Link } from "./chain.ts";
import { entryHash, parseEntry } from "./entry.ts";
import { bad, chainOf, good } from "./test-chain.ts";
import { recordFaults } from "./verify.ts";

describe("a record", () => {
  const chain = chainOf({ source: "a", ...good }, { source: "b", ...bad }, { source: "c", ...good });
  const anchors = new Map([[3, entryHash(chain[0]?.message ?? "")]]);
  const changed = (index: number): Link[] =>
    chain.map((link, at) => {
      if (at !== index) return link;
      const message = link.message.replace('"2026-01-01', '"2026-01-02');
      return { ...link, message, entry: parseEntry(message) };
    });

  it("has no fault as it was written", () => {
    expect(recordFaults(chain, anchors)).toEqual([]);
  });

  it.each(chain.map((_link, index) => index))(
    "shows a changed byte in the entry that is %i before the newest",
    (index) => {
      expect(recordFaults(changed(index), anchors)).toHaveLength(1);
    },
  );

  it("shows an entry that was taken out, one that is none, and a beginning that was cut off", () => {
    expect(
      recordFaults(
        chain.filter((_link, index) => index !== 2),
        anchors,
      ),
    ).not.toEqual([]);
    expect(
      recordFaults([{ sha: "f".repeat(40), parents: [], message: "hello", entry: undefined }], anchors),
    ).toEqual(['entry ffffffffffff is no entry of a record: "hello"']);
    expect(recordFaults(chain.slice(0, -1), anchors).join()).toContain("is the first that is left");
  });
});

import { describe, expect, it } from "vitest";
import type { Link } from "./chain.ts";
import { entryHash, parseEntry } from "./entry.ts";
import { bad, chainOf, good } from "./test-chain.ts";
import { signedBy, signedLinks, testKey, testKeys, trustIn } from "./test-keys.ts";
import type { Expected } from "./verify.ts";
import { verifyRecord } from "./verify.ts";

const chain = chainOf({ source: "a", ...good }, { source: "b", ...bad }, { source: "c", ...good });
const trust = trustIn(testKeys.staging);
const hashOf = (index: number): string => entryHash(chain[index]?.message ?? "");
const faults = (links: readonly Link[], more: Partial<Expected> = {}): string =>
  verifyRecord(links, { environment: "staging", trust, ...more }).faults.join("\n");
const unsigned = (message: string): string => message.replace(/,"signature".*$/, "}");

/** The chain with another text of one entry, and all behind it written as if that had always been so. */
function rewritten(index: number, change: (message: string) => string): Link[] {
  return chain.map((link, at) => {
    if (at !== index) return link;
    const message = change(link.message);
    return { ...link, message, entry: parseEntry(message) };
  });
}

describe("a record", () => {
  it("has no fault as it was written", () => {
    expect(verifyRecord(chain, { environment: "staging", trust })).toEqual({ faults: [] });
  });

  it.each(chain.map((_link, index) => index))(
    "shows a changed byte in the entry that is %i before the newest",
    (index) => {
      const number = String(chain.length - index);
      expect(faults(rewritten(index, (message) => message.replace('"2026-01-01', '"2026-01-02')))).toMatch(
        new RegExp(`entry ${number} .* has a signature that is not one of staging-1`),
      );
    },
  );

  it("shows an entry that was taken out, one that is none, and a beginning that was cut off", () => {
    expect(faults(chain.filter((_link, index) => index !== 2))).toMatch(/was written as entry 5/);
    expect(faults([{ sha: "f".repeat(40), parents: [], message: "hello", entry: undefined }])).toBe(
      'entry 1 (ffffffffffff) is no entry of a record: "hello"',
    );
    expect(faults(chain.slice(0, -1))).toContain("is the first that is left");
  });

  it("does not count where no key is listed", () => {
    expect(faults(chain, { trust: undefined })).toMatch(
      /is signed by staging-1, which is none of the keys of rollout:record.keys \(there is none\)/,
    );
  });

  it("shows entries of another environment, each signed by whom it may be there", () => {
    const own = signedLinks([{ kind: "adopted", attempt: 0, at: "", by: "a", names: [] }], "production");
    expect(faults(own, { trust: trustIn(testKeys.staging, testKeys.production) })).toMatch(
      /entry 1 .* is of production, and this is the record of staging/,
    );
  });

  it("shows an entry that a key has signed before or after its time", () => {
    const until = trustIn(testKey("staging-1", { until: 3 }), testKey("staging-2", { from: 4 }));
    expect(faults(chain, { trust: until })).toMatch(
      /entry 6 .* is signed by staging-1, which signs the entries 1 to 3, and this is entry 6/,
    );
    expect(faults(chain.slice(3), { trust: until })).toBe("");
    const from = trustIn(testKey("staging-1", { from: 2 }));
    expect(faults(chain.slice(-1), { trust: from })).toMatch(/which signs the entries from 2 on/);
  });
});

describe("a record that began before there were keys", () => {
  const old = chain.map((link) => ({ ...link, message: unsigned(link.message) }));
  const hash = entryHash(old[3]?.message ?? "");

  it("counts up to the entry that the stack file names, and no further", () => {
    expect(faults(old.slice(3))).toContain("is not signed");
    const trusted = { ...trust, trusted: hash };
    // The hashes of what stands before are those of signed texts here.
    expect(faults(old.slice(3), { trust: trusted })).not.toContain("is not signed");
    expect(faults(old, { trust: trusted }).match(/is not signed/g)).toHaveLength(3);
  });

  it("is refused where it does not have that entry", () => {
    expect(faults(chain, { trust: { ...trust, trusted: hash } })).toBe(
      `rollout:record.trusted names the entry ${hash.slice(0, 12)}, which is not in it`,
    );
  });
});

describe("an entry that is known from elsewhere", () => {
  const known = { entry: 6, hash: hashOf(0), sha: chain[0]?.sha, source: "the stack's state" };

  it("is missed in a record that was cut off, replaced or deleted, which can be restored to it", () => {
    const cut = verifyRecord(chain.slice(2), { environment: "staging", trust, anchors: [known] });
    expect(cut.faults).toEqual([
      `its end is cut off at entry 4: the stack's state knows entry 6 (${hashOf(0).slice(0, 12)})`,
    ]);
    expect(cut.restoreTo).toBe(chain[0]?.sha);
    expect(faults([], { anchors: [known] })).toMatch(/^it is gone: the stack's state knows entry 6/);
    const forked = chainOf({ source: "a", ...good }, { source: "b", ...bad }, { source: "d", ...good });
    expect(faults(forked, { anchors: [known] })).toMatch(/^entry 6 is another one: the stack's state knows/);
    expect(faults(forked, { anchors: [{ hash: hashOf(0), source: "GitHub's deployment 7" }] })).toMatch(
      /^GitHub's deployment 7 knows an entry \(\w{12}\), which is not in it: it was deleted or replaced/,
    );
  });

  it("is not asked for once the stack file calls it lost", () => {
    expect(faults([], { anchors: [known], trust: { ...trust, lost: [known.hash] } })).toBe("");
  });

  it("is not needed to know where a record should end that was added to", () => {
    const message = signedBy(testKey("mine"), unsigned(chain[0]?.message ?? ""));
    const added = {
      sha: "e".repeat(40),
      parents: [chain[0]?.sha ?? ""],
      message,
      entry: parseEntry(message),
    };
    expect(verifyRecord([added, ...chain], { environment: "staging", trust }).restoreTo).toBe(chain[0]?.sha);
  });
});

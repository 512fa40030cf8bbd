import { describe, expect, it } from "vitest";
import { attemptsIn } from "./attempts.ts";
import { copyOf, extended, readCopy } from "./copy.ts";
import { testAttempt } from "./test-attempt.ts";
import { signedBy, signedLinks, testKey, testKeys, testRecords } from "./test-keys.ts";

const place = { environment: "staging", records: testRecords };
/** A record of so many rollouts that succeeded, newest entry first. */
const links = (rollouts: number) =>
  signedLinks(
    Array.from({ length: rollouts }, (_each, index) => {
      const { number, ended, ...begun } = testAttempt(index + 1, "a");
      return [
        { kind: "begun", attempt: number, ...begun },
        { kind: "ended", attempt: number, ...ended },
      ];
    }).flat(),
  );

describe("the copy of a record that a stack's state keeps", () => {
  it("has the rollouts of the record, of a long one the newest twenty", () => {
    const few = links(3);
    expect(readCopy(copyOf(few), place).map(({ entry }) => entry)).toEqual(few.map(({ entry }) => entry));
    const copy = copyOf(links(25));
    expect(copy.first).toBe(11);
    expect(attemptsIn(readCopy(copy, place)).map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_each, index) => 25 - index),
    );
  });

  it("goes on with each entry that follows, and with no other", () => {
    const all = links(25);
    const [newest, ending, ...before] = all;
    if (!newest || !ending) throw new Error("the record has entries");
    expect(extended(copyOf(before), ending.message, newest.message)).toEqual(copyOf(all));
    expect(extended(copyOf(before), newest.message)).toBeUndefined();
    const first = links(1).at(-1)?.message ?? "";
    expect(extended(copyOf([]), first)).toEqual({ first: 1, entries: [first] });
  });

  const attacks: readonly (readonly [string, (entries: string[]) => string[], RegExp])[] = [
    [
      "is signed by another key",
      ([newest = "", ...rest]) => [
        signedBy(testKey("mine"), newest.replace(/,"signature".*$/, "}")),
        ...rest,
      ],
      /the copy of staging's record in the stack's state is refused, .*\n.*entry 6 .* is signed by mine/,
    ],
    [
      "is signed by production's key",
      ([newest = "", ...rest]) => [
        signedBy(testKeys.production, newest.replace(/,"signature".*$/, "}")),
        ...rest,
      ],
      /is signed by production-1, which is none of the keys/,
    ],
    [
      "was changed",
      (entries) => entries.map((each) => each.replace("smoke test passed", "smoke test was passed")),
      /has a signature that is not one of staging-1/,
    ],
    [
      "was taken out of the middle",
      ([newest = "", _gone, ...rest]) => [newest, ...rest],
      /was written as entry 6/,
    ],
    [
      "comes twice",
      ([newest = "", ...rest]) => [newest, newest, ...rest],
      /is not what entry 7 .* was written behind/,
    ],
    ["is none", (entries) => ["hello", ...entries], /is no entry of a record: "hello"/],
  ];
  it.each(attacks)("is refused where an entry %s", (_name, attack, reason) => {
    const { first, entries } = copyOf(links(3));
    expect(() => readCopy({ first, entries: attack([...entries]) }, place)).toThrow(reason);
  });

  it("is refused as the copy of another environment, or where the stack file lists no key", () => {
    const copy = copyOf(links(1));
    expect(() => readCopy(copy, { ...place, environment: "production" })).toThrow(
      /is of staging, and this is/,
    );
    expect(() => readCopy(copy, { ...place, records: {} })).toThrow(/which is none of the keys/);
  });
});

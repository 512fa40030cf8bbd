import { describe, expect, it } from "vitest";
import type { Attempt } from "./attempts.ts";
import {
  attemptsIn,
  blocker,
  lastGood,
  liveOf,
  namedAttempt,
  rolledBackTo,
  schemaAfter,
} from "./attempts.ts";
import type { Made } from "./test-chain.ts";
import { bad, chainOf, commitOf, good } from "./test-chain.ts";

const numbers = (attempts: readonly (Attempt | undefined)[]): readonly (number | undefined)[] =>
  attempts.map((each) => each?.number);

describe("the attempts of a record", () => {
  it("are reported newest first, each with how it ended", () => {
    const attempts = attemptsIn(chainOf({ source: "a", ...good }, { source: "b", ...bad }, { source: "c" }));
    expect(attempts.map(({ number, ended }) => [number, ended?.result])).toEqual([
      [3, undefined],
      [2, "failure"],
      [1, "success"],
    ]);
  });

  const cases: readonly (readonly [string, readonly Made[], number | undefined, number | undefined])[] = [
    ["nothing", [], undefined, undefined],
    ["one that failed", [{ source: "a", ...bad }], undefined, undefined],
    ["one good release", [{ source: "a", ...good }], 1, undefined],
    [
      "two good releases",
      [
        { source: "a", ...good },
        { source: "b", ...good },
      ],
      2,
      1,
    ],
    [
      "a failure since",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "c", ...bad },
      ],
      2,
      2,
    ],
    [
      "a condemned release between two good ones",
      [
        { source: "a", ...good },
        { source: "b", ...good, then: "condemned" },
        { source: "c", ...good, returnsTo: 1 },
      ],
      3,
      1,
    ],
    [
      "a condemned release that is still live after a failed rollback",
      [
        { source: "a", ...good },
        { source: "b", ...good, then: "condemned" },
        { source: "a", ...bad, returnsTo: 1 },
      ],
      2,
      1,
    ],
    ["one that still runs", [{ source: "a", ...good }, { source: "b", ...good }, { source: "c" }], 2, 2],
    [
      "the same release twice",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "b", ...good },
      ],
      3,
      1,
    ],
    [
      "a rollback",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "a", ...good, returnsTo: 1 },
      ],
      3,
      2,
    ],
    [
      "a release that was one-way",
      [
        { source: "a", ...good },
        { source: "b", ...good, migrations: ["0000_plans", "0001_gone"], oneWay: "dropped" },
      ],
      2,
      undefined,
    ],
    [
      "one after a release that was one-way",
      [
        { source: "a", ...good },
        { source: "b", ...good, migrations: ["0000_plans", "0001_gone"], oneWay: "dropped" },
        { source: "c", ...good, migrations: ["0000_plans", "0001_gone"] },
      ],
      3,
      2,
    ],
  ];
  it.each(cases)("with %s know what is live and what is the last good release", (_name, made, live, last) => {
    const attempts = attemptsIn(chainOf(...made));
    expect(numbers([liveOf(attempts), lastGood(attempts)])).toEqual([live, last]);
  });

  it("give the reason why one cannot be returned to", () => {
    const attempts = attemptsIn(
      chainOf(
        { source: "a", ...good },
        { source: "b", ...bad },
        { source: "c", ...good, migrations: ["0000_plans", "0001_gone"], oneWay: "0001_gone drops topic" },
        { source: "d" },
      ),
    );
    const reasons = attempts.map((each) => blocker(attempts, each));
    expect(reasons).toEqual([
      "it has not ended",
      undefined,
      "it failed",
      "#3 was one-way: 0001_gone drops topic",
    ]);
  });

  const [one, two] = [["0000_plans"], ["0000_plans", "0001_more"]];
  const schemas: readonly (readonly [string, readonly Made[], string | undefined])[] = [
    ["a rollout", [{ source: "a", ...good, migrations: two }], "0001_more"],
    [
      "a rollback, which runs no migration and takes none out",
      [
        { source: "a", ...good, migrations: one },
        { source: "b", ...good, migrations: two },
        { source: "a", ...good, migrations: one, returnsTo: 1 },
      ],
      "0001_more",
    ],
    [
      "an older commit, rolled out in the place of a later one",
      [
        { source: "b", ...good, migrations: two },
        { source: "a", ...good, migrations: one },
      ],
      "0001_more",
    ],
    [
      "a failure before the migration",
      [
        { source: "a", ...good, migrations: one },
        { source: "b", ...bad, migrations: two, migrated: false },
      ],
      "0000_plans",
    ],
    [
      "a failure after the migration, and the rollback that followed",
      [
        { source: "a", ...good, migrations: one },
        { source: "b", ...bad, migrations: two, migrated: true },
        { source: "a", ...good, migrations: one, returnsTo: 1 },
      ],
      "0001_more",
    ],
    [
      "a rollout that was killed, which left open whether it had migrated",
      [
        { source: "a", ...good, migrations: one },
        { source: "b", ...bad, migrations: two },
      ],
      undefined,
    ],
    [
      "a restored database",
      [
        { source: "b", ...good, migrations: two, then: "restored" },
        { source: "a", ...good, migrations: one },
      ],
      "0000_plans",
    ],
    [
      "a destroyed environment that was rolled out again",
      [
        { source: "b", ...good, migrations: two, then: "destroyed" },
        { source: "a", ...good, migrations: one },
      ],
      "0000_plans",
    ],
  ];
  it.each(schemas)("know the schema of the database after %s", (_name, made, schema) => {
    const attempts = attemptsIn(chainOf(...made));
    const [newest] = attempts;
    expect(newest && schemaAfter(attempts, newest)).toBe(schema);
  });

  it("of a destroyed environment are not live, and none of them can be returned to", () => {
    const before: Made = { source: "a", ...good };
    const attempts = attemptsIn(chainOf(before, { source: "b", ...good, then: "destroyed" }));
    expect([liveOf(attempts), lastGood(attempts)]).toEqual([undefined, undefined]);
    for (const each of attempts) expect(blocker(attempts, each)).toContain("was destroyed since");
    const again = attemptsIn(chainOf(before, { ...before, then: "destroyed" }, { source: "c", ...good }));
    expect(numbers([liveOf(again), lastGood(again)])).toEqual([3, undefined]);
  });

  it("hold what happened after they had ended", () => {
    const [newest] = attemptsIn(chainOf({ source: "a", ...good, then: "repaired" }));
    expect(newest?.notes).toEqual([
      { at: "2026-01-01T00:00:00.000Z", by: "a@b", event: "repaired", description: "so it was" },
    ]);
    expect(newest?.ended?.result).toBe("success");
  });

  const rollbacks: readonly (readonly [string, readonly Made[], number | undefined])[] = [
    [
      "no rollback",
      [
        { source: "a", ...good },
        { source: "b", ...good },
      ],
      undefined,
    ],
    [
      "a rollback to an earlier release",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "a", ...good, returnsTo: 1 },
      ],
      3,
    ],
    [
      "one of a part",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "c", ...good, returnsTo: 1 },
      ],
      3,
    ],
    [
      "one to what was live before a failure, which moved away from nothing",
      [
        { source: "a", ...good },
        { source: "b", ...bad },
        { source: "a", ...good, returnsTo: 1 },
      ],
      undefined,
    ],
    [
      "a rotation after a rollback, which keeps the release",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "a", ...good, returnsTo: 1 },
        { source: "a", ...good, returnsTo: 3 },
      ],
      3,
    ],
    [
      "a rollout since",
      [
        { source: "a", ...good },
        { source: "b", ...good },
        { source: "a", ...good, returnsTo: 1 },
        { source: "c", ...good },
      ],
      undefined,
    ],
  ];
  it.each(rollbacks)("after %s know whether a user rolled back to what is live", (_name, made, number) => {
    expect(rolledBackTo(attemptsIn(chainOf(...made)))?.number).toBe(number);
  });

  it("are found by number, by commit and by complete name; of several with one commit the newest good one", () => {
    const attempts = attemptsIn(
      chainOf(
        { source: "a", ...good },
        { source: "a", ...good },
        { source: "a", ...bad },
        { source: "b", ...good },
      ),
    );
    const found = ["#4", "1", "aaaaaaa", commitOf("a"), "aaaa", "ccccccc", "9"].map((name) =>
      namedAttempt(attempts, name),
    );
    expect(numbers(found)).toEqual([4, 1, 2, 2, undefined, undefined, undefined]);
  });
});

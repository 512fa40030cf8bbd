import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watchSchema } from "../../stacks/settings/schema/watch.ts";
import { judge } from "./judge.ts";
import type { PartHealth, Performance, Sample } from "./sample.ts";

const settings = watchSchema.parse({});
const start = Date.parse("2026-01-01T00:00:00Z");
const watched = { parts: ["web", "worker"], measured: ["web"], counted: [] };

const well = (part: string): PartHealth => ({ part, isGood: true, seen: "answers 200", restarts: [] });
const good: Performance = {
  ...{ part: "web", source: "Prometheus", windowSeconds: 300, requests: 1000, errors: 10 },
  ...{ p95: 0.4, p99: 1.2, before: 3.3 },
};

/** Looks every 15 s, of which each is good but for what is given. */
function looks(
  count: number,
  changed: (index: number) => Partial<Sample> = () => ({}),
  every = 15,
): readonly Sample[] {
  return Array.from({ length: count }, (_each, index) => ({
    at: start + index * every * 1000,
    ...{ health: [well("web"), well("worker")], performance: [good], business: [], problems: [] },
    ...changed(index),
  }));
}

const ill =
  (...when: readonly number[]) =>
  (index: number): Partial<Sample> =>
    when.includes(index)
      ? { health: [well("web"), { ...well("worker"), isGood: false, seen: "machine m1 is stopped" }] }
      : {};
const measured =
  (change: Partial<Performance>, ...when: readonly number[]) =>
  (index: number) =>
    when.includes(index) ? { performance: [{ ...good, ...change }] } : {};

const verdictOf = (samples: readonly Sample[], more: Partial<typeof settings> = {}) =>
  judge(samples, watched, { ...settings, ...more });

describe("the health of a part", () => {
  it.each([
    ["is condemned by three failures in a row", [7, 8, 9], 15, "fail"],
    ["is not by two", [7, 8], 15, "inconclusive"],
    ["is not by three with a success between them", [6, 7, 9], 15, "inconclusive"],
    ["is not by three that are further apart than two minutes", [7, 8, 9], 61, "inconclusive"],
    ["is by three that are two minutes apart", [7, 8, 9], 60, "fail"],
  ] as const)("%s", (_name, when, every, expected) => {
    expect(verdictOf(looks(when.at(-1) === 8 ? 9 : 10, ill(...when), every)).verdict).toBe(expected);
  });

  it("is condemned as soon as the third failure is seen, and says which, when and by what limit", () => {
    const { verdict, findings } = verdictOf(looks(7, ill(4, 5, 6)));
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        ...{ kind: "health", part: "worker", check: "health", seen: "machine m1 is stopped" },
        ...{ limit: "3 failures in a row within 120 s", looks: 7 },
        ...{ from: "2026-01-01T00:00:00.000Z", until: "2026-01-01T00:01:30.000Z" },
        violatedAt: ["2026-01-01T00:01:00.000Z", "2026-01-01T00:01:15.000Z", "2026-01-01T00:01:30.000Z"],
      },
    ]);
  });

  it("is cleared by two successes in a row within five minutes, and by no less", () => {
    expect(verdictOf(looks(8, ill(4, 5, 6))).verdict).toBe("fail");
    const { verdict, cleared } = verdictOf(looks(9, ill(4, 5, 6)));
    expect(verdict).toBe("pass");
    expect(cleared).toHaveLength(1);
    const rare = looks(5, ill(0, 1, 2), 60).map((each, index) =>
      index === 4 ? { ...each, at: each.at + 300_000 } : each,
    );
    expect(verdictOf(rare).verdict).toBe("fail");
  });

  it("is condemned by restarts within the window, although it is well at each look", () => {
    const restarting = (...when: readonly number[]) =>
      looks(30, (index) =>
        when.includes(index)
          ? { health: [well("web"), { ...well("worker"), restarts: ["machine m1 ran out of memory"] }] }
          : {},
      );
    expect(verdictOf(restarting(2, 12)).findings).toMatchObject([
      { part: "worker", check: "restarts", seen: expect.stringMatching(/^2: machine m1 ran out/) as string },
    ]);
    expect(verdictOf(restarting(2)).verdict).toBe("pass");
    expect(verdictOf(restarting(2, 29)).verdict).toBe("pass");
  });

  it("is inconclusive where it cannot be seen, and where it failed at the end alone", () => {
    const unseen = looks(10, () => ({
      health: [{ ...well("web"), isGood: undefined, seen: "a login of Vercel" }, well("worker")],
    }));
    expect(verdictOf(unseen)).toMatchObject({
      verdict: "inconclusive",
      problems: [{ what: "whether web is well cannot be seen (a login of Vercel)" }],
    });
    expect(verdictOf(looks(10, ill(9)))).toMatchObject({ verdict: "inconclusive" });
  });
});

describe("the requests of a part", () => {
  it.each<[string, Partial<Performance>, string]>([
    ["p95", { p95: 2.01 }, "2.01 s"],
    ["p99", { p99: 5.2 }, "5.2 s"],
    ["error rate", { errors: 100 }, "10 % (100 of 1000)"],
    ["throughput", { requests: 600 }, "2 a second"],
  ])("condemn it by their %s twice in a row, and not once", (check, change, seen) => {
    expect(verdictOf(looks(6, measured(change, 4, 5)))).toMatchObject({
      verdict: "fail",
      findings: [{ kind: "performance", part: "web", check, seen, source: "Prometheus", windowSeconds: 300 }],
    });
    expect(verdictOf(looks(6, measured(change, 3, 5))).verdict).toBe("pass");
  });

  it.each<[string, Partial<Performance>]>([
    ["p95", { p95: 2 }],
    ["p99", { p99: 5 }],
    ["error rate", { errors: 50 }],
    ["throughput", { requests: 700 }],
  ])("may reach the limit of the %s", (_check, change) => {
    expect(verdictOf(looks(6, measured(change, 0, 1, 2, 3, 4, 5))).verdict).toBe("pass");
  });

  it("is condemned by one of two sources, whose looks take turns", () => {
    const own = { ...good, source: "requests of this watch", p95: 3, p99: 3 };
    const { verdict, findings } = verdictOf(looks(3, () => ({ performance: [own, good] })));
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      { check: "p95", seen: "3 s", source: "requests of this watch", looks: 3 },
    ]);
  });

  it("is not concluded from the looks of two sources that are too few in each", () => {
    const own = { ...good, source: "requests of this watch" };
    const samples = looks(2, (index) => ({ performance: [index === 0 ? own : good] }));
    expect(verdictOf(samples).problems).toHaveLength(1);
  });

  it("conclude nothing where they are too few, however bad, and are no pass", () => {
    const few = verdictOf(
      looks(6, measured({ requests: 49, errors: 49, before: undefined }, 0, 1, 2, 3, 4, 5)),
    );
    expect(few).toMatchObject({
      verdict: "inconclusive",
      findings: [],
      problems: [{ what: expect.stringContaining("too few requests of web") as string }],
    });
    const none = verdictOf(looks(6, () => ({ performance: [] })));
    expect(none).toMatchObject({
      verdict: "inconclusive",
      problems: [{ what: "no requests of web were measured over 300 s" }],
    });
  });

  it("are not compared with a release that had hardly any", () => {
    expect(verdictOf(looks(6, measured({ before: 0.1, requests: 60, errors: 0 }, 4, 5))).verdict).toBe(
      "pass",
    );
  });

  it("are inconclusive where a source failed at the last look, with what helps", () => {
    const problem = { what: "Prometheus does not answer", remedy: "start it" };
    const { verdict, problems } = verdictOf(
      looks(6, (index) => (index === 5 ? { problems: [problem] } : {})),
    );
    expect([verdict, problems]).toEqual(["inconclusive", [problem]]);
  });

  it("have to be measured at all", () => {
    expect(judge(looks(6), { ...watched, measured: [] }, settings).verdict).toBe("inconclusive");
  });
});

describe("what the application is there for", () => {
  const counting = { ...watched, counted: ["orders"] };
  const counted = (count: number, expected: number | undefined) =>
    looks(6, () => ({ business: [{ name: "orders", windowSeconds: 300, count, expected }] }));

  it("condemns a release that does less than half of what was done before", () => {
    expect(judge(counted(20, 40), counting, settings).verdict).toBe("pass");
    expect(judge(counted(19, 40), counting, settings)).toMatchObject({
      verdict: "fail",
      findings: [{ kind: "business", part: "orders", seen: "19", limit: "at least 20" }],
    });
  });

  it.each([
    ["so few are expected that chance decides", 0, 19],
    ["nothing is known of before", 100, undefined],
  ])("concludes nothing where %s", (_name, count, expected) => {
    expect(judge(counted(count, expected), counting, settings)).toMatchObject({
      verdict: "inconclusive",
      findings: [],
    });
  });

  it("is held against a declared rate, where there is one", () => {
    const business = { ...settings.business, minimumPerHour: 120 };
    expect(judge(counted(10, undefined), counting, { ...settings, business }).verdict).toBe("pass");
    expect(judge(counted(9, undefined), counting, { ...settings, business }).verdict).toBe("fail");
  });
});

it("never condemns a release whose every look keeps the limits", () => {
  const goodLook = fc.record({
    p95: fc.double({ min: 0, max: 2, noNaN: true }),
    p99: fc.double({ min: 0, max: 5, noNaN: true }),
    requests: fc.integer({ min: 700, max: 5000 }),
    errorShare: fc.double({ min: 0, max: 0.05, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(goodLook, { minLength: 2, maxLength: 60 }), (all) => {
      const samples = looks(all.length, (index) => {
        const { errorShare = 0, requests = 700, ...rest } = all[index] ?? {};
        return { performance: [{ ...good, ...rest, requests, errors: Math.floor(requests * errorShare) }] };
      });
      expect(verdictOf(samples).verdict).toBe("pass");
    }),
  );
});

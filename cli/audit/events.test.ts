import { testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { signedLinks } from "@rollout/infra/rollout/records/test-keys";
import { describe, expect, it } from "vitest";
import { auditEvents } from "./events.ts";

const commit = (source: string): string => source.repeat(40);
const begun = (attempt: number, more: object = {}): object => ({
  ...{ kind: "begun", attempt, at: `2026-01-0${String(attempt)}T00:00:00Z`, by: "ada@laptop" },
  ...{ release: commit("a"), commit: commit("a"), checks: ["ci"], settings: "s", deployment: attempt },
  ...{ composition: testComposition("a"), ...more },
});
const ended = (attempt: number, result: "success" | "failure", description = "passed"): object => ({
  ...{ kind: "ended", attempt, at: `2026-01-0${String(attempt)}T00:01:00Z`, result, description },
});
const noted = (attempt: number, event: string, description: string): object => ({
  ...{ kind: "noted", attempt, at: `2026-01-0${String(attempt)}T00:02:00Z`, by: "eve@desk" },
  ...{ event, description },
});
const eventsOf = (...entries: readonly object[]): readonly (readonly [string, string, string])[] =>
  auditEvents(signedLinks(entries)).map(({ event, by, description }) => [event, by, description] as const);

describe("the audit", () => {
  it("lists who rolled out and how it ended, oldest first", () => {
    expect(
      eventsOf(begun(1), ended(1, "success"), begun(2, { checks: [] }), ended(2, "failure", "smoke")),
    ).toEqual([
      ["rollout", "ada@laptop", "green: ci"],
      ["succeeded", "ada@laptop", "passed"],
      ["rollout", "ada@laptop", "no check was required"],
      ["failed", "ada@laptop", "smoke"],
    ]);
  });

  it("lists who approved its migrations", () => {
    const approval = { by: "grace", reviewer: 7, at: "2026-01-01T00:00:00Z", status: 9 };
    expect(eventsOf(begun(1, { approval: { ...approval, migrations: "abc".repeat(20) } }))).toEqual([
      ["rollout", "ada@laptop", "green: ci; migrations abcabcabcabc approved by grace"],
    ]);
  });

  it("distinguishes a rollback from a rotation, which keeps the release before", () => {
    const entries = [begun(1), begun(2), begun(3, { returnsTo: 1 }), begun(4, { returnsTo: 3 })];
    expect(eventsOf(...entries).slice(2)).toEqual([
      ["rollback", "ada@laptop", "to the release of #1"],
      ["rotation", "ada@laptop", "keeps the release of #3, with today's secrets"],
    ]);
  });

  it("lists a change of settings with both commits", () => {
    const events = auditEvents(signedLinks([begun(1), begun(2, { settings: "t", commit: commit("b") })]));
    expect(events.at(-1)).toMatchObject({
      ...{ event: "settings", by: "ada@laptop", attempt: 2, entry: 2 },
      ...{ commitBefore: commit("a"), commit: commit("b"), description: "settings differ from #1" },
    });
  });

  it.each(["restored", "frozen", "unfrozen", "repaired", "leftover", "destroyed"])("lists %s", (event) => {
    expect(eventsOf(begun(1), ended(1, "success"), noted(1, event, "incident 42")).at(-1)).toEqual([
      event,
      "eve@desk",
      "incident 42",
    ]);
  });

  it("lists adopted resources by their names", () => {
    const adopted = { kind: "adopted", attempt: 0, at: "2026-01-01T00:00:00Z", by: "ada@laptop" };
    expect(eventsOf({ ...adopted, names: ["Fly app shop", "Neon branch shop/staging"] })).toEqual([
      ["adopted", "ada@laptop", "Fly app shop, Neon branch shop/staging"],
    ]);
  });

  it("names the entry that proves each, its hash and who signed it", () => {
    const [event] = auditEvents(signedLinks([begun(1)]));
    expect(event).toMatchObject({ entry: 1, signedBy: "staging-1" });
    expect(event?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

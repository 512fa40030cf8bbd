import { describe, expect, it } from "vitest";
import { unknownValue } from "../engine/preview-report.ts";
import type { Planned } from "./plan-fixture.ts";
import { secret } from "./plan-fixture.ts";
import { dynamic, review } from "./review-fixture.ts";

describe("what cannot be undone", () => {
  const lost = (planned: Planned): readonly string[] =>
    review([planned]).irreversible.map(({ what, named, happens }) =>
      [what, named, happens].filter(Boolean).join(" "),
    );

  describe("of a worker that moves to another host", () => {
    const deleted = (before: Readonly<Record<string, unknown>>): Planned => ({
      ...{ type: dynamic("fly:AppSecrets"), name: "worker-secrets", op: "delete", before },
    });
    const created = (name: string): Planned => ({
      ...{ type: dynamic("railway:Variables"), name, op: "create", after: { service: "shop" } },
    });
    const named = (...planned: readonly Planned[]): readonly (string | undefined)[] =>
      review(planned).irreversible.map((each) => each.named);

    it("are no secrets, which the other host gets", () => {
      expect(named(deleted({ app: "shop-worker" }), created("worker-variables"))).toEqual([]);
    });

    it("are those that its app had when it was adopted, and those of another worker", () => {
      const adopted = deleted({ app: "shop-worker", kept: ["STRIPE_KEY"] });
      expect(named(adopted, created("worker-variables"))).toEqual(["shop-worker"]);
      expect(named(deleted({ app: "shop-worker" }), created("mailer-variables"))).toEqual(["shop-worker"]);
    });
  });

  it.each<[string, Planned, readonly string[]]>([
    [
      "a branch that is deleted",
      { type: dynamic("neon:Branch"), name: "b", op: "delete", before: { name: "staging" } },
      ["database branch staging is deleted"],
    ],
    [
      "a project that is replaced, though the old one stays",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "replace",
        retained: true,
        before: { name: "shop", region: "a" },
        after: { name: "shop", region: "b" },
      },
      ["project shop is replaced"],
    ],
    [
      "a project that the stack only lets go of: nothing",
      { type: dynamic("neon:Project"), name: "p", op: "delete", retained: true, before: { name: "shop" } },
      [],
    ],
    [
      "a shorter history",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "update",
        before: { name: "shop", historyRetentionSeconds: 86400 },
        after: { name: "shop", historyRetentionSeconds: 3600 },
      },
      ["project shop forgets"],
    ],
    [
      "a longer history: nothing",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "update",
        before: { name: "shop", historyRetentionSeconds: 3600 },
        after: { name: "shop", historyRetentionSeconds: 86400 },
      },
      [],
    ],
    [
      "a new password",
      {
        type: dynamic("neon:Role"),
        name: "r",
        op: "update",
        before: { name: "me", passwordVersion: "1" },
        after: { name: "me", passwordVersion: "2" },
      },
      ["secret password of me is replaced"],
    ],
    [
      "a variable that is deleted",
      {
        type: dynamic("vercel:Variable"),
        name: "v",
        op: "delete",
        before: { key: "K", target: "preview", value: secret("abc") },
      },
      ["variable K is deleted"],
    ],
    [
      "an unknown kind",
      { type: "aws:s3/bucket:Bucket", name: "files", op: "delete", before: {} },
      ["bucket files is deleted"],
    ],
    [
      "an image that is replaced: nothing",
      { type: dynamic("fly:Image"), name: "i", op: "replace", before: { label: "1" }, after: { label: "2" } },
      [],
    ],
  ])("is %s", (_what, planned, expected) => {
    expect(lost(planned)).toEqual(expected);
  });

  it("is what lies in a place that is replaced, though the engine calls it a change", () => {
    const planned: readonly Planned[] = [
      {
        type: dynamic("neon:Branch"),
        name: "branch",
        op: "update",
        before: { name: "staging", projectId: "p-1" },
        after: { name: "staging", projectId: unknownValue },
        waits: { projectId: ["project"] },
      },
      {
        type: dynamic("neon:Project"),
        name: "project",
        op: "replace",
        retained: true,
        before: { name: "shop", region: "a" },
        after: { name: "shop", region: "b" },
      },
    ];
    expect(review(planned).irreversible.map(({ what, happens }) => `${what} ${happens}`)).toEqual([
      "project is replaced",
      "database branch goes with its place, which is replaced",
    ]);
  });
});

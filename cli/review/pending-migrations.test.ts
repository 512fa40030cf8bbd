import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { pendingAfter } from "./pending-migrations.ts";

const migrations = ["0000_a", "0001_b", "0002_c"].map((name) => ({ name, hash: `hash of ${name}` }));
const digestOf = (count: number): string =>
  createHash("sha256")
    .update(
      migrations
        .slice(0, count)
        .map(({ name, hash }) => `${name} ${hash}\n`)
        .join(""),
    )
    .digest("hex");

it.each([
  ["all, where none has run", undefined, { kind: "some", names: ["0000_a", "0001_b", "0002_c"] }],
  ["those behind the set that ran", digestOf(1), { kind: "some", names: ["0001_b", "0002_c"] }],
  ["none, where the same set ran", digestOf(3), { kind: "none" }],
  ["nothing certain, where another set ran", "f".repeat(64), { kind: "other" }],
])("pending migrations are %s", (_what, ran, expected) => {
  expect(pendingAfter(ran, migrations)).toEqual(expected);
});

it("are those that the set before does not name, also where one stands before what has run", () => {
  const last = { digest: "d", names: ["0000_a", "0002_c"] };
  expect(pendingAfter("d", migrations, last)).toEqual({ kind: "some", names: ["0001_b"], late: ["0001_b"] });
  expect(pendingAfter("e", migrations, last)).toEqual({ kind: "other" });
  const all = { digest: "d", names: ["0000_a", "0001_b", "0002_c", "0003_d"] };
  expect(pendingAfter("d", migrations, all)).toEqual({ kind: "none" });
});

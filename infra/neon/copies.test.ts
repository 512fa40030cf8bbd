import { describe, expect, it } from "vitest";
import { withItsCopies } from "./copies.ts";

const branch = (name: string, parent?: string) => ({ id: name, name, parent_id: parent });
const order = (id: string, ...branches: readonly ReturnType<typeof branch>[]): readonly string[] =>
  withItsCopies(id, branches).map(({ name }) => name);

describe("a branch that is deleted", () => {
  it("takes its backups with it, before itself", () => {
    expect(
      order(
        "staging",
        branch("production"),
        branch("staging", "production"),
        branch("backup-staging-1", "staging"),
        branch("backup-production-1", "production"),
        branch("pr-7", "production"),
      ),
    ).toEqual(["backup-staging-1", "staging"]);
  });

  it("takes with it what a restore kept, from which it has grown", () => {
    expect(
      order(
        "staging",
        branch("production"),
        branch("before-restore-staging-1", "production"),
        branch("backup-staging-1", "before-restore-staging-1"),
        branch("backup-staging-2", "before-restore-staging-1"),
        branch("staging", "backup-staging-1"),
        branch("backup-staging-3", "staging"),
      ),
    ).toEqual([
      "backup-staging-2",
      "backup-staging-3",
      "staging",
      "backup-staging-1",
      "before-restore-staging-1",
    ]);
  });

  it("leaves a copy that something else has grown from, and whatever that has grown from", () => {
    expect(
      order(
        "staging",
        branch("before-restore-staging-1"),
        branch("backup-staging-1", "before-restore-staging-1"),
        branch("mine", "backup-staging-1"),
        branch("staging", "backup-staging-1"),
      ),
    ).toEqual(["staging"]);
  });

  it("leaves the copies of others, also where it was made from one manually", () => {
    expect(
      order("staging", branch("backup-production-1", "production"), branch("staging", "backup-production-1")),
    ).toEqual(["staging"]);
  });
});

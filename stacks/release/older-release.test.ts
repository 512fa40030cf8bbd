import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { leavesRollback, replacedRelease, undone } from "./older-release.ts";

let root: string;
let first: string;
let second: string;
let aside: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "shop-older-"));
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      cwd: root,
      encoding: "utf8",
    }).trim();
  const commit = (): string => {
    git("commit", "--quiet", "--allow-empty", "--message", "Change");
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch", "main");
  first = commit();
  git("switch", "--quiet", "--create", "aside");
  aside = commit();
  git("switch", "--quiet", "main");
  second = commit();
});
afterAll(() => rmSync(root, { recursive: true }));

const fault = (commit: string, live: string): string | undefined =>
  undone(commit, { commit: live, number: 12, environment: "staging" }, "staging", root);

it("names the later commit that is live, and the ways to go back or on", () => {
  const [old, later] = [first.slice(0, 12), second.slice(0, 12)];
  expect(fault(first, second)).toBe(
    `the commit ${old} is older than ${later}, which is live on staging (#12): this rollout would undo it. ` +
      `To go back: bin/rollout rollback --stack staging --to ${old}, or the workflow rollback. Else roll out a newer commit`,
  );
});

it("finds nothing wrong with the same, a later or another branch's commit, or where the clone lacks the live one", () => {
  expect(fault(second, second)).toBeUndefined();
  expect(fault(second, first)).toBeUndefined();
  expect(fault(aside, second)).toBeUndefined();
  expect(fault(first, "0".repeat(40))).toBeUndefined();
});

it("names who rolled back to what is live, where a rollout moves away from it", () => {
  const attempts = [testAttempt(3, "one", { returnsTo: 1 }), testAttempt(2, "two"), testAttempt(1, "one")];
  expect(leavesRollback(testComposition("two"), attempts, "prod")).toBe(
    "ada@laptop rolled staging back to #1 with #3 (2026-01-03T00:00:00Z): this rollout moves away from it. " +
      "To return there: bin/rollout rollback --stack prod --to 3",
  );
});

it("is silent where the rollout is of the same release, and where a failure was rolled back", () => {
  const attempts = [testAttempt(3, "one", { returnsTo: 1 }), testAttempt(2, "two"), testAttempt(1, "one")];
  expect(leavesRollback(testComposition("one"), attempts, "prod")).toBeUndefined();
  const failed = testAttempt(2, "two", { ended: { at: "", result: "failure", description: "" } });
  const restored = [testAttempt(3, "one", { returnsTo: 1 }), failed, testAttempt(1, "one")];
  expect(leavesRollback(testComposition("two"), restored, "prod")).toBeUndefined();
});

it("names which release is replaced by which", () => {
  const attempts = [testAttempt(2, "b"), testAttempt(1, "a")];
  expect(replacedRelease("c".repeat(40), attempts)).toBe(
    "release cccccccccccc replaces bbbbbbbbbbbb (#2), which is live on staging",
  );
  expect(replacedRelease("b".repeat(40), attempts)).toBeUndefined();
  expect(replacedRelease("c".repeat(40), [])).toBeUndefined();
});

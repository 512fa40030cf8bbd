import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { commitsBetween } from "./commits.ts";

const root = mkdtempSync(join(tmpdir(), "commits-"));
afterAll(() => rmSync(root, { recursive: true }));

const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];
const git = (...words: readonly string[]): string =>
  execFileSync("git", [...identity, ...words], { cwd: root, encoding: "utf8" }).trim();

function commit(file: string, subject: string): string {
  mkdirSync(join(root, "part"), { recursive: true });
  writeFileSync(join(root, file), subject);
  git("add", "--all");
  git("commit", "--quiet", "--message", subject);
  return git("rev-parse", "HEAD");
}

it("lists the commits on both sides of the live release, in a part of a repository those of that part", () => {
  git("init", "--quiet", "--initial-branch=main");
  const first = commit("part/a", "First");
  const live = commit("part/b", "Live alone");
  git("checkout", "--quiet", "-b", "other", first);
  commit("outside", "Not of the part");
  const planned = commit("part/c", "Planned");
  const subjects = (folder: string): unknown => {
    const { added, leftOut, since, unknown } = commitsBetween(folder, { number: 4, commit: live }, planned);
    return {
      since,
      unknown,
      added: added.map(({ subject, author }) => `${subject} by ${author}`),
      leftOut: leftOut.map(({ subject }) => subject),
    };
  };
  expect(subjects(root)).toEqual({
    since: 4,
    unknown: undefined,
    added: ["Planned by Ada", "Not of the part by Ada"],
    leftOut: ["Live alone"],
  });
  expect(subjects(join(root, "part"))).toMatchObject({ added: ["Planned by Ada"] });
  const lacking = commitsBetween(root, { number: 4, commit: "d".repeat(40) }, planned);
  expect(lacking.unknown).toBe("this clone lacks dddddddddddd");
});

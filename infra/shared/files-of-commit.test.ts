import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CannotBeRebuilt, takeFromClone } from "./files-of-commit.ts";

let folder: string;
let repository: string;

const git = (...words: string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
    cwd: repository,
    encoding: "utf8",
    stdio: "pipe",
  }).trim();
const commit = (files: Readonly<Record<string, string>>): string => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, name)), { recursive: true });
    writeFileSync(join(repository, name), text);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "next");
  return git("rev-parse", "HEAD");
};
/** The files of a commit, by name, as they are taken from a folder of the clone. */
const take = async (wanted: string, project = ""): Promise<Readonly<Record<string, string>>> => {
  const checkout = mkdtempSync(join(folder, "taken-"));
  const { signal } = new AbortController();
  await takeFromClone(wanted, join(repository, project), { folder, checkout, signal });
  const names = readdirSync(checkout, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.map((name) => [name.slice(checkout.length + 1), readFileSync(name, "utf8")]),
  );
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-of-commit-"));
  repository = join(folder, "repository");
  mkdirSync(repository);
  git("init", "--quiet");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the files of a commit", () => {
  it("are those of the project, where it is a folder of a monorepo", async () => {
    const first = commit({
      "apps/rollout/Pulumi.yaml": "name: shop",
      "apps/rollout/src/index.ts": "1",
      "apps/shop/Pulumi.yaml": "name: shop",
      "README.md": "a monorepo",
    });
    commit({ "apps/rollout/src/index.ts": "2" });
    expect(await take(first, "apps/rollout")).toEqual({
      "Pulumi.yaml": "name: shop",
      "src/index.ts": "1",
    });
    expect(git("status", "--porcelain")).toBe("");
  });

  it("are found where the project was before it was moved into such a folder", async () => {
    const first = commit({ "Pulumi.yaml": "name: shop", "src/index.ts": "1" });
    mkdirSync(join(repository, "apps"));
    git("mv", "--", "Pulumi.yaml", "src", "apps");
    commit({ "README.md": "a monorepo" });
    expect(await take(first, "apps")).toEqual({ "Pulumi.yaml": "name: shop", "src/index.ts": "1" });
  });

  it("are not guessed where it was in one of several folders", async () => {
    const first = commit({ "one/Pulumi.yaml": "name: shop", "two/Pulumi.yaml": "name: shop" });
    commit({ "three/Pulumi.yaml": "name: shop" });
    const failed = take(first, "three");
    await expect(failed).rejects.toBeInstanceOf(CannotBeRebuilt);
    await expect(failed).rejects.toThrow(
      `its commit ${first.slice(0, 12)} has no three/Pulumi.yaml, and where the project was in it cannot be known: found one/Pulumi.yaml, two/Pulumi.yaml`,
    );
  });

  it("are those of the project's own name where the repository has several", async () => {
    const first = commit({ "one/Pulumi.yaml": "name: shop", "two/Pulumi.yaml": "name: shopping" });
    commit({ "three/Pulumi.yaml": "name: shop" });
    expect(await take(first, "three")).toEqual({ "Pulumi.yaml": "name: shop" });
  });

  it("are taken of what is checked out, of its history and of the default branch of the remote, and of no branch that was pushed", async () => {
    const first = commit({ "Pulumi.yaml": "name: shop" });
    const main = git("rev-parse", "--abbrev-ref", "HEAD");
    git("checkout", "--quiet", "-b", "pushed");
    const pushed = commit({ "src/index.ts": "theirs" });
    git("checkout", "--quiet", main);
    expect(Object.keys(await take(pushed))).toContain("src/index.ts");
    git("remote", "add", "origin", repository);
    git("fetch", "--quiet", "origin");
    await expect(take(pushed)).rejects.toThrow(
      new CannotBeRebuilt(
        `its commit ${pushed.slice(0, 12)} is neither in the history of what is checked out nor in that of the remote's default branch, ` +
          "so that it was not reviewed: check out a branch that has it merged (git remote set-head origin --auto names the default branch)",
      ),
    );
    await expect(take(first)).resolves.toHaveProperty(["Pulumi.yaml"]);
    const second = commit({ "src/index.ts": "ours" });
    git("fetch", "--quiet", "origin");
    git("symbolic-ref", "refs/remotes/origin/HEAD", `refs/remotes/origin/${main}`);
    git("checkout", "--quiet", first);
    await expect(take(second)).resolves.toHaveProperty(["src/index.ts"], "ours");
  });
});

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gitVariables } from "@rollout/infra/shared/machine-variables";

/** Which release the checkout is. */
export interface Release {
  readonly commit: string;
  /** The commit, with `-dirty-<digest>` behind it where files differ from it. */
  readonly name: string;
  /** Files of the project that differ from the commit, from its folder. */
  readonly changed: readonly string[];
  /** Folder of the project in its repository, with a slash behind it; empty where it is the repository's root. */
  readonly folder: string;
}

/** Variable by which a rotation names the stack file whose version it has counted up. */
export const rotatedFileVariable = "ROLLOUT_ROTATED_FILE";

/** The release, where a rotation has changed nothing of the checkout but its version in the stack file. */
export function withoutRotation(release: Release, file: string | undefined): Release {
  return { ...release, changed: release.changed.filter((each) => each !== file) };
}

/**
 * Reads the release from git. A changed tree has a name of its own, made of what is in the changed files. Where the project is
 * a folder of its repository, that folder alone counts.
 *
 * @throws Error when the folder is no git checkout or has no commit.
 */
export function readRelease(root: string): Release {
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: root,
      env: gitVariables(process.env),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
  let commit: string;
  try {
    commit = git("rev-parse", "HEAD").trim();
  } catch (error) {
    throw new Error(
      "a release is a git commit, and this folder has none. Clone the repository, or: git init && git add -A && git commit",
      { cause: error },
    );
  }
  // Git's paths begin at the root of the repository, behind a state of three characters.
  const folder = git("rev-parse", "--show-prefix").replace(/\n$/, "");
  const changed = git("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".")
    .split("\0")
    .filter(Boolean)
    .map((line) => line.slice(3 + folder.length));
  return {
    commit,
    changed,
    folder,
    name: changed.length === 0 ? commit : `${commit}-dirty-${digestOf(root, changed)}`,
  };
}

function digestOf(root: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}\0`);
    try {
      hash.update(readFileSync(join(root, file)));
    } catch {
      hash.update("deleted");
    }
  }
  return hash.digest("hex").slice(0, 12);
}

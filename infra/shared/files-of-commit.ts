import { join } from "node:path";
import { CommandFailed, runCommand } from "./run-command.ts";

/** A release that was rolled out cannot be built here; the message has the reason and, where there is one, the way out. */
export class CannotBeRebuilt extends Error {
  override readonly name = "CannotBeRebuilt";
}

type Git = (...words: readonly string[]) => Promise<string>;

/** Every project has it, in its own folder. */
const projectFile = "Pulumi.yaml";

/**
 * Writes the project's files of a commit: those of its folder alone, where it is a part of its repository. Git itself notes
 * nothing of it, so nothing of it can be left behind there.
 *
 * @param clone the project's folder in the clone.
 */
export async function takeFromClone(
  commit: string,
  clone: string,
  {
    folder,
    checkout,
    signal,
  }: { readonly folder: string; readonly checkout: string; readonly signal: AbortSignal },
): Promise<void> {
  const index = { GIT_INDEX_FILE: join(folder, "index") };
  const git = gitIn(clone, index, signal);
  await requireAccepted(commit, git);
  const project = await projectFolder(commit, git);
  await git("read-tree", `${commit}:${project}`);
  // With a working tree of its own: in the clone's, it would write what the index has of the project's folder alone.
  const apart = { ...index, GIT_DIR: await line(git, "--absolute-git-dir"), GIT_WORK_TREE: checkout };
  await gitIn(checkout, apart, signal)("checkout-index", "--all");
}

/**
 * Texts of files of the project as an accepted commit has them; one that it lacks is left out.
 *
 * @param clone the project's folder in the clone.
 * @throws CannotBeRebuilt
 */
export async function textsOfCommit(
  commit: string,
  clone: string,
  { files, signal }: { readonly files: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const git = gitIn(clone, {}, signal);
  await requireAccepted(commit, git);
  const project = await projectFolder(commit, git);
  const found = await Promise.all(
    files.map((file) => unlessFailed(git("show", `${commit}:${project}${file}`))),
  );
  return found.flatMap((each) => (each === undefined ? [] : [each.text]));
}

function gitIn(folder: string, variables: Readonly<Record<string, string>>, signal: AbortSignal): Git {
  return (...words) => runCommand("git", words, { folder, variables, limitMilliseconds: 60_000, signal });
}

/**
 * A clone has the branches of everyone who may push. What is built next to secrets was accepted: it is in the history of what is
 * checked out, or of the default branch. In a clone without a remote all branches are the user's own.
 *
 * @throws CannotBeRebuilt
 */
async function requireAccepted(commit: string, git: Git): Promise<void> {
  if (!(await unlessFailed(git("cat-file", "-e", `${commit}^{commit}`))))
    throw new CannotBeRebuilt(
      `its commit ${commit.slice(0, 12)} is not in this clone: git fetch --unshallow, or git fetch origin ${commit}`,
    );
  if (await unlessFailed(git("merge-base", "--is-ancestor", commit, "HEAD"))) return;
  const hasRemote = (await git("remote")).trim() !== "";
  const branches = hasRemote ? "refs/remotes/*/HEAD" : "refs/heads";
  if ((await git("for-each-ref", "--contains", commit, "--format=%(refname)", branches)).trim() !== "")
    return;
  throw new CannotBeRebuilt(
    `its commit ${commit.slice(0, 12)} is neither in the history of what is checked out nor in that of the remote's default branch, ` +
      "so that it was not reviewed: check out a branch that has it merged (git remote set-head origin --auto names the default branch)",
  );
}

/**
 * The folder of the project in a commit, with a slash behind it, or nothing for the repository's root. Where the project was
 * moved since, it is the only folder that has the file of a project of this name.
 */
async function projectFolder(commit: string, git: Git): Promise<string> {
  const now = await line(git, "--show-prefix");
  if (await unlessFailed(git("cat-file", "-e", `${commit}:${now}${projectFile}`))) return now;
  // By its name, since a repository may have several projects.
  const named = await unlessFailed(git("show", `HEAD:${now}${projectFile}`));
  const name = /^name: *([\w.-]+)/m.exec(named?.text ?? "")?.[1]?.replaceAll(".", "[.]") ?? ".*";
  const pattern = `^name: *${name}[[:space:]]*$`;
  const found = await unlessFailed(
    git("grep", "-l", "-z", "-E", "--full-name", "-e", pattern, commit, "--", `:(top,glob)**/${projectFile}`),
  );
  // Each as COMMIT:PATH.
  const files = (found?.text ?? "").split("\0").flatMap((each) => /^[^:]+:(.+)$/.exec(each)?.[1] ?? []);
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only.slice(0, -projectFile.length);
  throw new CannotBeRebuilt(
    `its commit ${commit.slice(0, 12)} has no ${now}${projectFile}, and where the project was in it cannot be known: found ${files.join(", ") || "none"}`,
  );
}

/** What a command printed; nothing where it did not end with 0. */
async function unlessFailed(command: Promise<string>): Promise<{ readonly text: string } | undefined> {
  try {
    return { text: await command };
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

/** What `git rev-parse` prints; a path may end with a blank. */
async function line(git: Git, option: string): Promise<string> {
  return (await git("rev-parse", option)).replace(/\n$/, "");
}

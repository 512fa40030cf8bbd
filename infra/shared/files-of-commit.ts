import { join } from "node:path";
import { CommandFailed, runCommand } from "./run-command.ts";

/** A release that was rolled out cannot be built here; the message says why and, where there is one, the way out. */
export class CannotBeRebuilt extends Error {
  override readonly name = "CannotBeRebuilt";
}

/** Writes the files of a commit; git itself notes nothing of it, so nothing of it can be left behind there. */
export async function takeFromClone(
  commit: string,
  clone: string,
  {
    folder,
    checkout,
    signal,
  }: { readonly folder: string; readonly checkout: string; readonly signal: AbortSignal },
): Promise<void> {
  const git = (...words: readonly string[]): Promise<string> =>
    runCommand("git", words, {
      folder: clone,
      variables: { GIT_INDEX_FILE: join(folder, "index") },
      limitMilliseconds: 60_000,
      signal,
    });
  try {
    await git("cat-file", "-e", `${commit}^{commit}`);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new CannotBeRebuilt(
      `its commit ${commit.slice(0, 12)} is not in this clone: git fetch --unshallow, or git fetch origin ${commit}`,
    );
  }
  await git("read-tree", commit);
  await git("checkout-index", "--all", `--prefix=${checkout}/`);
}

import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CannotBeRebuilt, takeFromClone } from "../shared/files-of-commit.ts";
import { withOwnFolder } from "../shared/own-folder.ts";
import { say } from "../shared/say.ts";
import type { WebBuild } from "./build-output.ts";
import type { OutputFile } from "./output-file.ts";
import { buildWebOutput } from "./build-output.ts";

/**
 * Builds the web application of another commit than the checked-out one, with this checkout's packages. That it is the
 * application which was wanted is proven by the digest of its sources, which the build names and which it answers where it goes live.
 *
 * @param release the commit, with what was changed behind it.
 * @throws Error that names the way out, where the commit alone does not make that release or is not in the clone.
 */
export async function buildWebOfCommit(release: string, build: WebBuild): Promise<readonly OutputFile[]> {
  const { limitMilliseconds, signal: givenUp } = build;
  const [, commit] = /^([0-9a-f]{40})$/.exec(release) ?? [];
  if (commit === undefined)
    throw new Error(
      `no deployment has its sources with today's variables, and it was rolled out from a changed tree (${release}): it cannot be built again`,
    );
  say(
    `building the web application of commit ${commit.slice(0, 12)}: variables that are secret have changed since`,
  );
  return withOwnFolder(async (folder) => {
    const checkout = join(folder, "checkout");
    await mkdir(checkout);
    const limit = AbortSignal.timeout(limitMilliseconds);
    const signal = givenUp ? AbortSignal.any([limit, givenUp]) : limit;
    try {
      await takeFromClone(commit, process.cwd(), { folder, checkout, signal });
    } catch (error) {
      if (error instanceof CannotBeRebuilt)
        throw new Error(`no deployment has its sources with today's variables, and ${error.message}`, {
          cause: error,
        });
      throw error;
    }
    await symlink(resolve("node_modules"), join(checkout, "node_modules"), "junction");
    return buildWebOutput({ ...build, project: checkout });
  });
}

import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { withOwnFolder } from "../shared/own-folder.ts";
import { runShell, shellVariables } from "../shared/run-shell.ts";
import { digestOfPaths } from "../shared/digest-of-paths.ts";
import { withFolderLock } from "../shared/folder-lock.ts";
import { printedDigests } from "../shared/printed-digests.ts";
import type { OutputFile } from "./output-file.ts";
import { filesOfOutput } from "./output-files.ts";

/** How the application builds its web. */
export interface WebBuildCommand {
  /** A command of the shell, run in the project's folder. */
  readonly command: string;
  /** Where it leaves its output, from there. Absent: in the folder that `ROLLOUT_OUTPUT` names. */
  readonly output?: string;
  /** Files and folders that it is built from; absent where the command prints a line `FILE DIGEST` of them. */
  readonly sources?: readonly string[];
}

export interface WebBuild extends WebBuildCommand {
  readonly limitMilliseconds: number;
  /** Digest of the web's sources, which the build may put into what it makes. One that names another with its function is refused. */
  readonly sourceDigest: string;
  /** Folder of another checkout than the one that this process is in. */
  readonly project?: string;
  /** Plain variables of the web, which a build may put into what it makes. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the build before its time, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Builds the web application into Vercel's Build Output form (version 3) and returns its files. The build runs in the
 * project's folder by the project's own command.
 *
 * @throws Error with the end of what the build printed.
 */
export function buildWebOutput(build: WebBuild): Promise<readonly OutputFile[]> {
  const { project = process.cwd(), output } = build;
  if (output === undefined)
    return withOwnFolder(async (folder) => {
      const own = join(folder, "output");
      await mkdir(own);
      await runBuild(project, own, build);
      return filesOf(own, project, build);
    });
  const folder = join(project, output);
  // Two builds at the same time would write into one folder.
  return withFolderLock(
    folder,
    { signal: build.signal, limitMilliseconds: build.limitMilliseconds },
    async () => {
      await rm(folder, { recursive: true, force: true });
      await runBuild(project, folder, build);
      return filesOf(folder, project, build);
    },
  );
}

async function runBuild(
  folder: string,
  output: string,
  { command, sources, limitMilliseconds, signal, sourceDigest, variables }: WebBuild,
): Promise<void> {
  // Before the build: what it leaves next to its sources must not count where there is no Git that ignores it.
  if (sources) requireDigest(command, [await digestOfPaths(folder, sources)], sourceDigest);
  const printed = await runShell(command, {
    folder,
    // The build sees no token and no secret: what it needs stands in the checkout and in the web's plain variables.
    variables: {
      ...variables,
      ...shellVariables(),
      ROLLOUT_OUTPUT: output,
      ROLLOUT_SOURCE_DIGEST: sourceDigest,
    },
    limitMilliseconds,
    signal,
  });
  const built = printedDigests(printed).map(({ digest }) => digest);
  if (!sources && built.length > 0) requireDigest(command, built, sourceDigest);
}

/** @throws Error where what is built is not what the gate accepted. */
function requireDigest(command: string, built: readonly string[], wanted: string): void {
  if (built.includes(wanted)) return;
  throw new Error(
    `\`${command}\` builds sources ${built.map((each) => each.slice(0, 12)).join(", ")}, and those of this release are ${wanted.slice(0, 12)}: ` +
      "the tree has changed since the rollout began. Nothing was uploaded; commit or undo the change, then run the same command again",
  );
}

async function filesOf(
  folder: string,
  project: string,
  { command, output }: WebBuild,
): Promise<readonly OutputFile[]> {
  if (existsSync(join(folder, "config.json"))) return filesOfOutput(folder, project);
  throw new Error(
    `\`${command}\` left no config.json in ${output ?? "the folder of ROLLOUT_OUTPUT"}: expected a folder in the form of the ` +
      "Build Output API, version 3 (https://vercel.com/docs/build-output-api). Set web.output of rollout.config.ts to where the build leaves it",
  );
}

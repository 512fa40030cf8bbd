import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { withOwnFolder } from "../shared/own-folder.ts";
import { runShell, shellVariables } from "../shared/run-shell.ts";
import { withFolderLock } from "../shared/folder-lock.ts";

/** One file of an upload, as Vercel wants to hear of it: its content is sent apart, named by its SHA-1. */
export interface OutputFile {
  /** Path in the deployment, with forward slashes. */
  readonly file: string;
  readonly sha: string;
  readonly size: number;
  /** As `stat` gives it; of a symbolic link alone, whose content is where it leads. */
  readonly mode?: number;
  readonly content: Buffer;
}

/** One with this content. */
export function outputFile(file: string, content: Buffer): OutputFile {
  return { file, sha: createHash("sha1").update(content).digest("hex"), size: content.length, content };
}

/** How the application builds its web. */
export interface WebBuildCommand {
  /** A command of the shell, run in the project's folder. */
  readonly command: string;
  /** Where it leaves its output, from there. Absent: in the folder that `ROLLOUT_OUTPUT` names. */
  readonly output?: string;
}

export interface WebBuild extends WebBuildCommand {
  readonly limitMilliseconds: number;
  /** Digest of the web's sources, which the build may put into what it makes. */
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
      return filesOf(own, build);
    });
  const folder = join(project, output);
  // Two builds at the same time would write into one folder.
  return withFolderLock(
    folder,
    { signal: build.signal, limitMilliseconds: build.limitMilliseconds },
    async () => {
      await rm(folder, { recursive: true, force: true });
      await runBuild(project, folder, build);
      return filesOf(folder, build);
    },
  );
}

async function runBuild(
  folder: string,
  output: string,
  { command, limitMilliseconds, signal, sourceDigest, variables }: WebBuild,
): Promise<void> {
  await runShell(command, {
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
}

async function filesOf(folder: string, { command, output }: WebBuild): Promise<readonly OutputFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (!files.includes(join(folder, "config.json")))
    throw new Error(
      `\`${command}\` left no config.json in ${output ?? "the folder of ROLLOUT_OUTPUT"}: expected a folder in the form of the ` +
        "Build Output API, version 3 (https://vercel.com/docs/build-output-api). Set web.output of rollout.config.ts to where the build leaves it",
    );
  return Promise.all(
    files.sort().map(async (path) => {
      const name = `.vercel/output/${relative(folder, path).split(sep).join("/")}`;
      return outputFile(name, await readFile(path));
    }),
  );
}
